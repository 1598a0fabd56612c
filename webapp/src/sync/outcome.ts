import type { Fields, Json, Mutation, Result } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import { picked, type NotTaken } from "./step.ts";
import type { Kept } from "./storage.ts";
import { overlay, sameFields } from "./values.ts";

/**
 * Carries an edit's outcome on to the edits of its record that come after it and were never sent (R8, chained
 * edits): their `was` becomes what it stored, or where it stored nothing, its own `was`. Returns what it altered.
 */
export function chain(decided: Entry, later: readonly Entry[]): Entry[] {
  const altered: Entry[] = [];
  const hidden = new Set<string>(); // fields in which an edit between has the say
  for (const entry of later) {
    if (entry.waiting && follow(decided, entry, hidden)) altered.push(entry);
    Object.keys(entry.fields).forEach((field) => hidden.add(field));
  }
  return altered;
}

function follow(decided: Entry, entry: Entry, hidden: ReadonlySet<string>): boolean {
  const { mutation } = entry;
  if (mutation.type === "delete_record") return followWithDelete(decided, entry, hidden);
  if (mutation.type !== "update_record" || !["add_record", "update_record"].includes(decided.type))
    return false;
  const fields = Object.keys(mutation.fields);
  const chained = fields.filter((f) => decided.covers(f) && !hidden.has(f) && !entry.seenStored.has(f));
  if (chained.length === 0) return false;
  const was: Record<string, Json> = { ...mutation.was };
  for (const field of chained)
    was[field] = decided.result ? decided.leaves(field) : (decided.was[field] ?? null);
  entry.stored.mutation = { ...mutation, was };
  return true;
}

/**
 * What the user saw and asked to delete was this edit's value: after it, that is what it stored. An undo goes by what
 * the edits between leave, for it is not shown where it does not find that.
 */
function followWithDelete(decided: Entry, entry: Entry, hidden: ReadonlySet<string>): boolean {
  const { seen } = entry.stored;
  const { result } = decided;
  if (seen === undefined || result?.fields === undefined || result.fields === null) return false;
  const version = seen.version === 0 && result.revision !== null ? result.revision : seen.version;
  const names = Object.keys(result.fields).filter((name) => !(entry.undo && hidden.has(name)));
  entry.stored.seen = { version, fields: overlay(seen.fields, picked(result.fields, names)) };
  return true;
}

/** An add that was not applied takes the edits after it along: one draft (R10). Null where the last word was delete. */
export function draftOf(add: Entry, later: readonly Entry[]): Fields | null {
  if (later.some((entry) => entry.type === "delete_record")) return null;
  return later.reduce((fields: Fields, entry) => overlay(fields, entry.fields), add.fields);
}

/** Why a mutation is kept for the user, from what the server said of it. */
export function keptOf(result: Result): Kept {
  const error = result.error ?? {
    code: "internal",
    message: `The server answered ${result.status}.`,
    retry: false,
  };
  const status = result.status === "conflict" ? "conflict" : "refused";
  return { status, error, renew: true, ...(result.conflicts && { conflicts: result.conflicts }) };
}

/** An undo of what was never stored after all: it would change nothing. */
export function isIdle(entry: Entry): boolean {
  return entry.undo && entry.waiting && entry.type === "update_record" && sameFields(entry.fields, entry.was);
}

/** What its user has undone since has nothing left to ask of him. */
function isTakenBack(entry: Entry, later: readonly Entry[]): boolean {
  if (entry.type === "delete_record") return later.some(({ type }) => type === "restore_record");
  const undone = (field: string): boolean => later.some((other) => other.undo && field in other.fields);
  return entry.type === "update_record" && Object.keys(entry.fields).every(undone);
}

/** What to tell of a mutation that was not taken; what later ones ask for otherwise is not left as it is. */
export function notTaken(entry: Entry, kept: Kept, later: readonly Entry[]): NotTaken {
  const { id: mutationId, record: recordId, type, fields, undo } = entry;
  const { error, conflicts = {} } = kept;
  const takenBack = isTakenBack(entry, later);
  const names = Object.keys(fields).filter(
    (name) => Object.keys(conflicts).length === 0 || name in conflicts,
  );
  // Of an edit that was taken back, what is wrong with it does not matter; what others have put in its place does.
  const tells = undo ? type !== "add_record" : takenBack && kept.status === "conflict";
  const left = tells ? names.filter((name) => !undo || !later.some((other) => other.covers(name))) : [];
  const whole = tells && undo && type !== "update_record" && later.length === 0;
  const rest = null;
  return { grid: entry.stored.grid, mutationId, recordId, type, fields, error, conflicts, undo, takenBack, left, whole, rest }; // prettier-ignore
}

/** The fields of an undo that nobody has changed, and about which nothing was said since. */
export function restOf(
  entry: Entry,
  { conflicts }: NotTaken,
  later: readonly Entry[],
  uuid: () => string,
): Mutation | null {
  const { mutation } = entry;
  if (!entry.undo || mutation.type !== "update_record" || Object.keys(conflicts).length === 0) return null;
  const free = Object.keys(mutation.fields).filter(
    (name) => !(name in conflicts) && !later.some((other) => other.covers(name)),
  );
  if (free.length === 0) return null;
  return {
    ...mutation,
    mutation_id: uuid(),
    fields: picked(mutation.fields, free),
    was: picked(mutation.was ?? {}, free),
  };
}
