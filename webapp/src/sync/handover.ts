import type { Fields, Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import { picked } from "./step.ts";
import type { StoredEntry } from "./storage.ts";
import { sameFields, sameValue } from "./values.ts";

type Remainder = Pick<StoredEntry, "mutation" | "kept" | "seen" | "undo">;

/**
 * A tab slept, another one adopted its outbox, and before it noticed its user altered what was not sent, or took it
 * back. What to ask for instead, behind what the other tab sends; null: nothing.
 *
 * Only what its user said counts: that an earlier edit's outcome was carried on to it, or that it was put aside, is
 * the other tab's to do.
 */
export function remainder(entry: Entry, onDisk: Mutation, mutation_id: string): Remainder | null {
  const there = "fields" in onDisk ? onDisk.fields : {};
  if (!entry.open) return draft(entry, there, mutation_id);
  if (entry.stored.sentAt !== undefined) return null;
  if (entry.takenBack) return opposite(onDisk, mutation_id);
  const names = Object.keys(entry.fields).filter((name) => !sameValue(entry.fields[name], there[name]));
  if (names.length === 0) return null;
  const [fields, was] = [picked(entry.fields, names), picked(there, names)];
  return { mutation: { type: "update_record", mutation_id, id: entry.record, fields, was } };
}

/** A new record that was not taken and was filled in further: it is nowhere else, so this is not an edit of one. */
function draft(
  { type, fields, record: id, stored: { kept } }: Entry,
  there: Fields,
  mutation_id: string,
): Remainder | null {
  if (type !== "add_record" || kept === undefined || sameFields(fields, there)) return null;
  return { mutation: { type, mutation_id, id, fields }, kept };
}

const OPPOSITES: {
  readonly [T in Mutation["type"]]: (
    mutation: Mutation & { type: T },
    mutation_id: string,
  ) => Remainder | null;
} = {
  add_record: ({ id, fields }, mutation_id) => ({
    mutation: { type: "delete_record", mutation_id, id },
    seen: { version: 0, fields },
  }),
  update_record: ({ id, fields, was = {} }, mutation_id) => ({
    mutation: {
      type: "update_record",
      mutation_id,
      id,
      fields: picked(was, Object.keys(fields)),
      was: fields,
    },
    undo: true,
  }),
  delete_record: ({ id }, mutation_id) => ({ mutation: { type: "restore_record", mutation_id, id } }),
  // Which record comes back is not known here, so that nobody may ask for its end (R8).
  restore_record: () => null,
};

function opposite(mutation: Mutation, mutation_id: string): Remainder | null {
  const of = OPPOSITES[mutation.type] as (mutation: Mutation, id: string) => Remainder | null;
  return of(mutation, mutation_id);
}
