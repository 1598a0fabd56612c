import type { Fields, WireError } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { RecordView, RefusedValue } from "./types.ts";
import { compact, overlay, sameFields, sameValue } from "./values.ts";

interface Shown {
  exists: boolean;
  fields: Fields;
}

/** What is asked for. An undo does nothing where it does not find what it goes back from: nor does it show (R8). */
function asked({ fields }: Shown, entry: Entry): Fields {
  if (!entry.undo || entry.result !== null) return entry.fields;
  const { was } = entry;
  return Object.fromEntries(
    Object.entries(entry.fields).filter(([name]) => sameValue(fields[name], was[name])),
  );
}

function finds({ fields }: Shown, { undo, result, stored: { seen } }: Entry): boolean {
  return !undo || result !== null || seen === undefined || sameFields(fields, seen.fields);
}

type Lay = (shown: Shown, entry: Entry, grave: Fields) => Shown;

/** What each mutation shows over a record before the copy holds it. */
const LAY: Record<Entry["type"], Lay> = {
  // The copy has it already: then what the copy has is newer.
  add_record: (shown, entry) =>
    shown.exists ? shown : { exists: true, fields: compact({ ...entry.fields, ...entry.result?.fields }) },
  update_record: (shown, entry) => ({
    ...shown,
    fields: overlay(shown.fields, { ...asked(shown, entry), ...entry.result?.fields }),
  }),
  delete_record: (shown, entry) => (finds(shown, entry) ? { ...shown, exists: false } : shown),
  restore_record: (shown, { stored: { seen } }, grave) =>
    shown.exists
      ? shown
      : { exists: true, fields: Object.keys(grave).length > 0 ? grave : (seen?.fields ?? {}) },
};

function lay(
  confirmed: RecordView | undefined,
  grave: RecordView | undefined,
  entries: readonly Entry[],
): Shown {
  let shown: Shown = { exists: confirmed !== undefined, fields: (confirmed ?? grave)?.fields ?? {} };
  for (const entry of entries)
    if (entry.open && !entry.inCopy) shown = LAY[entry.type](shown, entry, shown.fields);
  return shown;
}

/** The values of a record that was made here and not taken: there are no stored ones to show. */
function untakenOf(entries: readonly Entry[]): Fields {
  const add = entries.findLast((entry) => entry.type === "add_record" && !entry.open);
  return compact(add?.fields ?? {});
}

/** Whether the record is among those shown: cheap, for records nobody looks at. */
export function isShown(
  confirmed: RecordView | undefined,
  grave: RecordView | undefined,
  entries: readonly Entry[],
): boolean {
  return entries.length === 0 ? confirmed !== undefined : lay(confirmed, grave, entries).exists;
}

function refusedOf(entries: readonly Entry[]): RecordView["refused"] {
  const refused: Record<string, RefusedValue> = {};
  for (const entry of entries) {
    const kept = entry.stored.kept;
    if (kept === undefined) continue;
    for (const field of blamed(entry, kept.error)) {
      const value = entry.fields[field] ?? null;
      const conflict = kept.conflicts?.[field];
      refused[field] = { value, error: kept.error, mutationId: entry.id, ...(conflict && { conflict }) };
    }
  }
  return refused;
}

/** The fields where a refusal is told. Of a new record only those that it names; its first where it names none. */
function blamed({ type, fields }: Entry, error: WireError): readonly string[] {
  const all = Object.keys(fields);
  if (type !== "add_record") return all;
  const named = Object.keys(error.fields ?? {}).map((path) => path.split(".")[0] ?? "");
  const own = [...new Set(named)].filter((name) => name !== "_schema");
  return own.length > 0 ? own : all.slice(0, 1);
}

function pendingOf(entries: readonly Entry[]): ReadonlySet<string> {
  return new Set(
    entries.filter((entry) => entry.undecided && !entry.inCopy).flatMap((entry) => Object.keys(entry.fields)),
  );
}

/** One record as it is shown, or undefined for one never heard of. */
export function viewOf(
  id: string,
  confirmed: RecordView | undefined,
  grave: RecordView | undefined,
  entries: readonly Entry[],
): RecordView | undefined {
  const held = confirmed ?? grave;
  if (entries.length === 0) return held;
  const version = held?.version ?? 0;
  const { exists, fields } = lay(confirmed, grave, entries);
  const never = held === undefined && !exists;
  return {
    id,
    version,
    fields: never ? untakenOf(entries) : fields,
    deleted: !exists,
    pending: pendingOf(entries),
    refused: refusedOf(entries),
    state: stateOf(entries),
  };
}

function stateOf(entries: readonly Entry[]): RecordView["state"] {
  if (entries.some((entry) => !entry.open)) return "attention";
  return entries.some((entry) => entry.undecided) ? "pending" : "saved";
}
