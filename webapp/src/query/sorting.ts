import type { RecordView } from "../sync/types.ts";

/** What a record is sorted by. Null sorts last, whichever the direction. */
export type SortKey = number | string | null;

/** One key of a sort. */
export interface SortBy {
  /** stands for the field: what is known of its order is kept by it */
  readonly of: object;
  readonly key: (record: RecordView) => SortKey;
  /** of two keys that are not null, ascending; 0: as good as the same */
  readonly compare: (a: number | string, b: number | string) => number;
  readonly descending: boolean;
}

/** First key first. Records with equal keys stand by id, ascending. */
export type Sorting = readonly SortBy[];

export const keysOf = (sorting: Sorting, record: RecordView): readonly SortKey[] =>
  sorting.map((by) => by.key(record));

function compareKeys(by: SortBy, a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return by.descending ? by.compare(b, a) : by.compare(a, b);
}

/** Where a record with these keys stands in relation to another. Never 0 for different ids. */
export function compareTo(sorting: Sorting, keys: readonly SortKey[], id: string, other: RecordView): number {
  for (const [index, by] of sorting.entries()) {
    const order = compareKeys(by, keys[index] ?? null, by.key(other));
    if (order !== 0) return order;
  }
  return id < other.id ? -1 : id > other.id ? 1 : 0;
}
