import { ago } from "../../grid/refused/ago.ts";
import { PROTOCOL } from "../../protocol.ts";
import type { Comparison, Standing } from "../../sync/comparison.ts";
import type { Connection } from "../../sync/connection.ts";
import type { ReplicaStatus } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import type { Device } from "./device.ts";

const say = texts.inspector;

export type Row = readonly [label: string, value: string];

export interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
}

const yesNo = (is: boolean): string => (is ? say.yes : say.no);
const number = (value: number): string => value.toLocaleString();
const since = (at: number, now: number): string => ago(new Date(at).toISOString(), now);
const megabytes = (bytes: number): string => number(Math.round(bytes / 1e5) / 10);

/** `now` in ms since 1970. */
export function connectionPart(connection: Connection, now: number): Part {
  const { status, attempt } = connection.status();
  const { transport, trip, failure } = connection.report();
  return {
    title: say.connection,
    rows: [
      [say.rows.state, status],
      [say.rows.server, location.origin],
      [say.rows.transport, transport ?? say.none],
      [say.rows.tries, number(attempt)],
      [say.rows.trip, trip === null ? say.none : say.trip(trip.event, trip.ms, since(trip.at, now))],
      [say.rows.failure, failure === null ? say.none : say.failure(failure.message, since(failure.at, now))],
      [say.rows.protocol, String(PROTOCOL)],
      [say.rows.user, connection.identity.user],
    ],
  };
}

export function devicePart({ secure, locks, page, space }: Device, durable: boolean): Part {
  return {
    title: say.device,
    rows: [
      [say.rows.edits, yesNo(durable)],
      [say.rows.page, yesNo(page)],
      [say.rows.secure, yesNo(secure)],
      [say.rows.locks, yesNo(locks)],
      [say.rows.space, space === null ? say.none : say.space(megabytes(space.used), megabytes(space.all))],
      [say.rows.browser, navigator.userAgent],
    ],
  };
}

export function gridPart(id: string, status: ReplicaStatus, comparison: Comparison | undefined): Part {
  const { grid, state, epoch, revision, count, expected, unsent, storing, kept, problem, error, repairs } =
    status;
  return {
    title: grid === null ? id : `${grid.title} (${id})`,
    rows: [
      [say.rows.state, state],
      [say.rows.epoch, epoch ?? say.none],
      [say.rows.revision, number(revision)],
      [say.rows.definition, grid === null ? say.none : number(grid.definition)],
      [say.rows.records, say.records(number(count), number(expected))],
      [say.rows.pending, unsent + kept.length === 0 ? say.none : say.pending(unsent, storing, kept.length)],
      [say.rows.repairs, say.repairs(repairs)],
      [say.rows.problem, error?.message ?? problem?.message ?? say.none],
      ...(comparison === undefined ? [] : comparisonRows(comparison)),
    ],
  };
}

function comparisonRows({ at, verdict, here, server }: Comparison): Row[] {
  return [
    [say.rows.compared, `${new Date(at).toISOString()}: ${say.verdict[verdict]}`],
    [say.rows.here, here === null ? say.none : standing(here)],
    [say.rows.there, standing(server)],
  ];
}

function standing({ digest, count, revision, epoch }: Standing): string {
  return say.standing(digest.toString(16).padStart(8, "0"), number(count), number(revision), epoch);
}

/** For an e-mail; `now` in ms since 1970. */
export function asText(parts: readonly Part[], now: number): string {
  const lines = parts.flatMap(({ title, rows }) => [
    "",
    title,
    ...rows.map(([label, value]) => `  ${label}: ${value}`),
  ]);
  return [`${texts.app.name}, ${new Date(now).toISOString()}`, ...lines, ""].join("\n");
}
