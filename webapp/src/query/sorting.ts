import { byText } from "../fields/compare.ts";
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

/**
 * Records that stand by id, sorted.
 *
 * Keys are made once each, only different ones are compared, and then only their ranks are sorted: from the last key
 * to the first, each time by `rank × count + place so far` in a typed array, which engines sort much faster than
 * they call a comparison.
 */
export function sortAll(sorting: Sorting, records: readonly RecordView[]): readonly RecordView[] {
  const count = records.length;
  let sorted = records;
  for (const by of sorting.toReversed()) {
    const before = sorted;
    const ranks = rank(
      by,
      before.map((record) => by.key(record)),
    );
    const packed = Float64Array.from(ranks, (rank, place) => rank * count + place).sort();
    sorted = Array.from(packed, (each) => before[each % count] as RecordView);
  }
  return sorted;
}

/** For each key its number among the different ones, in order: the same for those that compare as 0; null is last. */
function rank(by: SortBy, keys: readonly SortKey[]): readonly number[] {
  if (by.compare === byText) return rankTexts(by, keys as readonly (string | null)[]);
  const different = [...new Set(keys)].filter((key) => key !== null);
  if (typeof different[0] === "string") (different as string[]).sort(); // as below
  different.sort((a, b) => compareKeys(by, a, b));
  const ranks = new Map<SortKey, number>([[null, different.length]]);
  let last = 0;
  for (const [index, key] of different.entries()) {
    const before = different[index - 1];
    if (before !== undefined && compareKeys(by, before, key) !== 0) last = index;
    ranks.set(key, last);
  }
  return keys.map((key) => ranks.get(key) ?? 0);
}

/** The texts of a field in their order, as they were last ranked: most questions are about the same ones. */
const ranked = new WeakMap<object, ReadonlyMap<string, number>>();

/** No two different texts compare as 0. */
function rankTexts({ of, descending }: SortBy, keys: readonly (string | null)[]): readonly number[] {
  const known = ranked.get(of);
  const ranks =
    known !== undefined && keys.every((key) => key === null || known.has(key)) ? known : rankAll(keys);
  ranked.set(of, ranks);
  return keys.map((key) => {
    const rank = key === null ? undefined : ranks.get(key);
    if (rank === undefined) return ranks.size + 1;
    return descending ? ranks.size - rank : rank;
  });
}

function rankAll(keys: readonly (string | null)[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const key of keys) if (key !== null) ranks.set(key, 0);
  // By character first, which is fast and nearly right: it leaves few slow comparisons to be made.
  const sorted = [...ranks.keys()].sort().sort(byText);
  for (const [index, text] of sorted.entries()) ranks.set(text, index);
  return ranks;
}
