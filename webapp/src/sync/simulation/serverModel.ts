import type {
  Answer,
  Author,
  ChangeEntry,
  Conflict,
  ErrorCode,
  Fields,
  Head,
  Json,
  Mutation,
  Page,
  Payload,
  Range,
  RequestName,
  Result,
  WireError,
} from "../../protocol.ts";
import { recordDigest } from "../digest.ts";
import { compact, overlay, sameValue } from "../values.ts";
import { Refused } from "../wire.ts";

interface Stored {
  readonly version: number;
  readonly fields: Fields;
  readonly deleted: boolean;
}

interface State {
  epoch: string;
  revision: number;
  records: Map<string, Stored>;
  changes: ChangeEntry[];
  outcomes: Map<string, Result>;
}

export const GRID = "grid";
/** small, so that a few records are many pages */
const PAGE = 3;
const BATCH = 4;

export function wireError(code: ErrorCode, message: string = code): WireError {
  return { code, message, retry: ["busy", "internal", "rate_limited"].includes(code) };
}

/** What the server stores of a text: its marshmallow field strips it. */
const stored = (value: Json | undefined): Json =>
  typeof value === "string" ? value.trim() || null : (value ?? null);

/** A grid as docs/PROTOCOL.md has it, in memory: the other half of the simulation. */
export class ServerModel {
  definition = 1;
  private state: State = { epoch: "e1", revision: 0, records: new Map(), changes: [], outcomes: new Map() };
  private backup: State = structuredClone(this.state);
  private epochs = 1;
  /** content of each mutation id ever received: it may never change (R10) */
  readonly received = new Map<string, string>();
  /** ids that were decided in any past, also one that a restored backup has undone */
  readonly everDecided = new Set<string>();
  /** the live records at each revision that ever was, by "epoch:revision" */
  readonly past = new Map<string, ReadonlyMap<string, Stored>>([["e1:0", new Map()]]);
  /** called after each commit */
  announce: (range: Range) => void = () => {};
  /** decides which mutation fails this time, without a trace */
  fails: () => boolean = () => false;

  // ---- what tests ask

  get revision(): number {
    return this.state.revision;
  }

  get epoch(): string {
    return this.state.epoch;
  }

  private remember(): void {
    this.past.set(`${this.epoch}:${this.revision}`, this.live());
  }

  live(): Map<string, Stored> {
    return new Map([...this.state.records].filter(([, record]) => !record.deleted));
  }

  deleted(): Iterable<string> {
    return [...this.state.records].filter(([, record]) => record.deleted).map(([id]) => id);
  }

  outcome(mutationId: string): Result | undefined {
    return this.state.outcomes.get(mutationId);
  }

  timesApplied(mutationId: string): number {
    return this.state.changes.filter((change) => change[5] === mutationId).length;
  }

  head(): Head {
    const live = this.live();
    const digest = [...live].reduce((sum, [id, { version }]) => (sum + recordDigest(id, version)) >>> 0, 0);
    const { epoch, revision } = this.state;
    return { grid: GRID, epoch, definition: this.definition, revision, count: live.size, digest };
  }

  /** The changes after `from`, as a range; it may reach back further than anybody needs. */
  range(from: number): Range {
    const { epoch, revision: to, changes } = this.state;
    return { grid: GRID, epoch, from, to, changes: changes.filter(([revision]) => revision > from) };
  }

  // ---- what befalls it

  saveBackup(): void {
    this.backup = structuredClone(this.state);
  }

  /** History after the backup never was; the epoch is new. */
  restoreBackup(): void {
    this.state = { ...structuredClone(this.backup), epoch: this.newEpoch() };
    this.remember();
  }

  /** History is forgotten, mutation ids and records are not; the epoch is new. */
  prune(): void {
    this.state.epoch = this.newEpoch();
    this.remember();
  }

  private newEpoch(): string {
    return `e${++this.epochs}`;
  }

  // ---- requests

  answer<E extends RequestName>(event: E, payload: Payload<E>, author: Author): Answer<E> {
    const handlers: { [K in RequestName]?: (payload: Payload<K>) => Answer<K> } = {
      join_grid: ({ epoch, since, limit }) => ({
        ...this.head(),
        grid: { id: GRID, title: "Grid", definition: this.definition, fields: [] },
        mode: this.page(epoch, since, limit).mode,
        page: this.page(epoch, since, limit),
        presence: [],
        session: author.id,
        limits: { batch: BATCH, bytes: 131_072, page: PAGE },
      }),
      pull: ({ epoch, since, limit }) => this.page(epoch, since, limit),
      leave_grid: () => ({}),
      mutate: ({ mutations }) => ({ results: this.mutate(mutations, author) }),
    };
    const handler = handlers[event];
    if (handler === undefined) throw new Refused(wireError("unknown_event"));
    return handler(payload);
  }

  private page(epoch?: string, asked = 0, limit = PAGE): Page {
    const { state } = this;
    const reset = epoch !== state.epoch || asked <= 0 || asked > state.revision;
    const from = reset ? 0 : asked;
    const after = [...state.records].filter(([, { version }]) => version > from);
    after.sort(([, a], [, b]) => a.version - b.version);
    const taken = after.slice(0, limit);
    const more = after.length > taken.length;
    const to = more ? (taken.at(-1)?.[1].version ?? from) : state.revision;
    const records = taken.map(
      ([id, { version, fields, deleted }]) => [id, version, deleted ? null : fields] as const,
    );
    return { mode: reset ? "reset" : "delta", epoch: state.epoch, from, to, more, records };
  }

  /** Judges one after another, each seeing those before it; announces what changed as one range. */
  mutate(mutations: readonly Mutation[], author: Author): Result[] {
    const from = this.revision;
    const results = mutations.map((mutation) => this.once(mutation, author));
    if (this.revision > from) this.announce(this.range(from));
    return results;
  }

  private once(mutation: Mutation, author: Author): Result {
    this.received.set(mutation.mutation_id, JSON.stringify(mutation));
    const known = this.state.outcomes.get(mutation.mutation_id);
    if (known !== undefined) return { ...known, epoch: this.state.epoch };
    const base = {
      mutation_id: mutation.mutation_id,
      id: mutation.id,
      epoch: this.state.epoch,
      revision: null,
    };
    if (this.fails()) return { ...base, status: "failed", error: wireError("internal") };
    const result: Result = { ...base, ...this.judge(mutation, author) };
    this.state.outcomes.set(mutation.mutation_id, result);
    this.everDecided.add(mutation.mutation_id);
    return result;
  }

  private judge(mutation: Mutation, author: Author): Partial<Result> & Pick<Result, "status"> {
    const record = this.state.records.get(mutation.id);
    const conflict = (code: ErrorCode): Partial<Result> & Pick<Result, "status"> => ({
      status: "conflict",
      error: wireError(code),
    });
    const noop = { status: "noop", revision: record?.version ?? null } as const;
    if (mutation.type === "add_record") {
      return record
        ? conflict("exists")
        : this.write(mutation, "add", compact(mapped(mutation.fields)), author);
    }
    if (record === undefined) return { status: "refused", error: wireError("not_found") };
    if (mutation.type === "restore_record")
      return record.deleted ? this.write(mutation, "add", record.fields, author) : noop;
    if (mutation.type === "delete_record") {
      if (record.deleted) return noop;
      const moved = mutation.version !== undefined && mutation.version !== record.version;
      return moved ? conflict("changed") : this.write(mutation, "delete", null, author);
    }
    return record.deleted ? conflict("gone") : this.judgeUpdate(mutation, record, author);
  }

  private judgeUpdate(
    mutation: Extract<Mutation, { type: "update_record" }>,
    record: Stored,
    author: Author,
  ): Partial<Result> & Pick<Result, "status"> {
    if (Object.values(mutation.fields).includes("bad")) {
      return {
        status: "refused",
        error: { ...wireError("validation_failed"), fields: { a: ["Not a good value."] } },
      };
    }
    const asked = mapped(mutation.fields);
    const changed = Object.keys(asked).filter((field) => !sameValue(asked[field], record.fields[field]));
    const theirs: Record<string, Conflict> = {};
    for (const field of changed) {
      const was = mutation.was?.[field];
      const value = record.fields[field] ?? null;
      if (!sameValue(stored(was), value))
        theirs[field] = { value, revision: record.version, author, at: null };
    }
    if (Object.keys(theirs).length > 0)
      return { status: "conflict", error: wireError("conflict"), conflicts: theirs };
    if (changed.length === 0) return { status: "noop", revision: record.version };
    return this.write(
      mutation,
      "update",
      Object.fromEntries(changed.map((field) => [field, asked[field] ?? null])),
      author,
    );
  }

  private write(
    mutation: Mutation,
    kind: ChangeEntry[2],
    fields: Fields | null,
    author: Author,
  ): Partial<Result> & Pick<Result, "status"> {
    const revision = ++this.state.revision;
    const before = this.state.records.get(mutation.id)?.fields ?? {};
    const after = kind === "update" ? overlay(before, fields!) : (fields ?? before);
    this.state.records.set(mutation.id, { version: revision, fields: after, deleted: kind === "delete" });
    this.remember();
    this.state.changes.push([revision, mutation.id, kind, fields, author, mutation.mutation_id]);
    return { status: "applied", revision, fields };
  }
}

function mapped(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, stored(value)]));
}
