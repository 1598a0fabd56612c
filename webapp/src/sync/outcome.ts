import type { Fields, Json, Result } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { Kept } from "./storage.ts";
import { overlay } from "./values.ts";

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
  if (mutation.type === "delete_record") return followWithDelete(decided, entry);
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

/** What the user saw and asked to delete was this edit's value: after it, that is what it stored. */
function followWithDelete(decided: Entry, entry: Entry): boolean {
  const { seen } = entry.stored;
  const { result } = decided;
  if (seen === undefined || result?.fields === undefined || result.fields === null) return false;
  const version = seen.version === 0 && result.revision !== null ? result.revision : seen.version;
  entry.stored.seen = { version, fields: overlay(seen.fields, result.fields) };
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
