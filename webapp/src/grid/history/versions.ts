import { problemOf } from "../../fields/values.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { FieldDescription, Fields, HistoryEntry, Json } from "../../protocol.ts";
import { picked } from "../../sync/step.ts";
import type { RecordView } from "../../sync/types.ts";
import { compact, overlay, sameValue } from "../../sync/values.ts";
import { texts } from "../../texts.ts";

/**
 * A record as it was right after each of its changes, by revision; null: it was deleted. What cannot be told is absent.
 * `changes`: the newest ones, all of this record, without a gap. `confirmed`: what it is now.
 *
 * It goes back from what is now by what each change says was there before; a change that has the whole record needs
 * nothing else.
 */
export function versionsOf(
  changes: readonly HistoryEntry[],
  confirmed: RecordView | undefined,
): ReadonlyMap<number, Fields | null> {
  const versions = new Map<number, Fields | null>();
  const newest = changes[0]?.revision;
  let now: Fields | null | undefined = confirmed?.version === newest ? confirmed?.fields : undefined;
  for (const { revision, kind, fields, previous } of changes) {
    if (kind !== "update") now = fields === null ? null : compact(fields);
    if (now !== undefined) versions.set(revision, now);
    if (kind === "update") now = now == null ? undefined : overlay(now, previous ?? {});
    else now = previous === null ? undefined : compact(previous);
  }
  return versions;
}

/** Why a field cannot be given that value again, as a sentence; null where it can. */
export function obstacleOf(name: string, field: FieldDescription | undefined, value: Json): string | null {
  if (field === undefined) return texts.history.noField(name);
  if (field.read_only) return texts.history.readOnly(field.label);
  return problemOf(VALUE_TYPES[field.type], value, field);
}

/** An edit that leads from what is shown to what once was. */
export interface WayBack {
  readonly patch: Fields;
  /** what is shown now (R8) */
  readonly was: Fields;
}

/** Back to `then` in every field that can be given it again; null where all of them are so already. */
export function wayBack(fields: readonly FieldDescription[], now: Fields, then: Fields): WayBack | null {
  const differing = fields.filter(
    ({ name, read_only }) => !read_only && !sameValue(now[name] ?? null, then[name] ?? null),
  );
  if (differing.length === 0) return null;
  const names = differing.map(({ name }) => name);
  return { patch: picked(then, names), was: picked(now, names) };
}

/** Why a record cannot be as it was, as a sentence; null where it can. */
export function obstacleTo({ patch }: WayBack, fields: readonly FieldDescription[]): string | null {
  for (const field of fields) {
    const why = field.name in patch ? obstacleOf(field.name, field, patch[field.name] ?? null) : null;
    if (why !== null) return why;
  }
  return null;
}
