import { titleOf } from "../../fields/title.ts";
import type { Author, FieldDescription, Fields, HistoryEntry } from "../../protocol.ts";
import type { PastFilter, PastNow } from "../../sync/pastChanges.ts";
import type { RecordView } from "../../sync/types.ts";
import { texts } from "../../texts.ts";

const t = texts.history;

/** The server writes an import's file for the name. */
const IMPORT = "import";

/** By what name it is told who did it. */
export function whoOf({ id, name }: Author, self: string): string {
  if (id === IMPORT) return t.importOf(name);
  const called = name || texts.record.somebody;
  return id === self ? t.you(called) : called;
}

export type Deed = "add" | "update" | "delete" | "restore";

/**
 * What each of them was, by revision; `changes`: newest first. A record that is brought back is told as an add: it is
 * known for what it is where something older of it has been read.
 */
export function deedsOf(changes: readonly HistoryEntry[]): ReadonlyMap<number, Deed> {
  const seen = new Set<string>();
  const deeds = new Map<number, Deed>();
  for (const { id, kind, revision } of changes.toReversed()) {
    deeds.set(revision, kind === "add" && seen.has(id) ? "restore" : kind);
    seen.add(id);
  }
  return deeds;
}

/** What the record of a change is called: as it is now, else as the change has it; null: without a title. */
export function recordTitle(
  { fields, previous }: HistoryEntry,
  record: RecordView | undefined,
  described: readonly FieldDescription[],
): string | null {
  const known: readonly (Fields | null | undefined)[] = [record?.fields, fields, previous];
  const titles = known.map((values) => (values == null ? null : titleOf(values, described)));
  return titles.find((title) => title !== null) ?? null;
}

/** Where a list that has been read to its end ends, in words. `revision`: how far the grid is. */
export function endOf({ changes }: PastNow, filter: PastFilter, revision: number): string {
  const oldest = changes.at(-1);
  const isPart = filter.author !== undefined || filter.field !== undefined || filter.deleted === true;
  if (isPart) return oldest === undefined ? t.noneSuch : t.end;
  if (oldest === undefined) return revision > 0 ? t.prunedAll : t.none;
  const isWhole = filter.id === undefined ? oldest.revision === 1 : oldest.kind === "add";
  if (!isWhole) return t.pruned;
  return filter.id === undefined ? t.beginning : t.beginningOfRecord;
}
