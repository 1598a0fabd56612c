import { byCode, byText } from "../fields/compare.ts";
import type { RecordView } from "../sync/types.ts";
import { firstNot, sortInSlices, type Steps } from "./inSlices.ts";
import type { SortBy } from "./sorting.ts";

type Key = number | string;

/** Of a record without a key. */
const NONE = 0xffffffff;

/** With more new keys than these it is cheaper to rank all anew. */
const MANY = 2000;

/**
 * Where each record's key stands among the different keys of a field, by the record's place in a list. Never altered.
 *
 * To compare texts as people read them is slow: it is done once for each, and from then on numbers are sorted.
 */
export class Ranks {
  /** different ones, ascending; one of those that compare as 0 */
  readonly #keys: readonly Key[];
  readonly #ranks: Uint32Array;

  private constructor(keys: readonly Key[], ranks: Uint32Array) {
    this.#keys = keys;
    this.#ranks = ranks;
  }

  /** Of all these records, `slice` at a time. */
  static *of(by: SortBy, records: readonly RecordView[], slice: number): Steps<Ranks> {
    const ranks = new Map<Key, number>();
    for (const [place, record] of records.entries()) {
      const key = by.key(record);
      if (key !== null) ranks.set(key, 0);
      if (place % slice === 0) yield;
    }
    const keys: Key[] = [];
    for (const [index, key] of (yield* sortedKeys([...ranks.keys()], by, slice)).entries()) {
      if (by.compare === byText || keys.length === 0 || by.compare(keys.at(-1) as Key, key) !== 0)
        keys.push(key); // no two different texts compare as 0
      ranks.set(key, keys.length - 1);
      if (index % slice === 0) yield;
    }
    const all = new Uint32Array(records.length);
    for (const [place, record] of records.entries()) {
      const key = by.key(record);
      all[place] = key === null ? NONE : (ranks.get(key) ?? NONE);
      if (place % slice === 0) yield;
    }
    return new Ranks(keys, all);
  }

  /** Bytes per record, more or less, where all keys are different. */
  static readonly BYTES = 8;

  /**
   * The same of another list: by its places, where the record or an earlier state of it stood in the one before, or
   * -1. Null where too much has changed.
   */
  follow(by: SortBy, moves: Moves): Ranks | null {
    const { from, before, records } = moves;
    const ranks = new Uint32Array(from.length);
    for (let place = 0; place < from.length; place += 1) {
      const at = from[place] as number;
      ranks[place] = at < 0 ? NONE : (this.#ranks[at] as number);
    }
    const fresh = new Map<number, Key>();
    for (const place of moves.changed) {
      const key = by.key(records[place] as RecordView);
      const earlier = before[from[place] as number];
      if (earlier !== undefined && by.key(earlier) === key) continue;
      ranks[place] = NONE;
      if (key !== null) fresh.set(place, key);
    }
    if (fresh.size > MANY) return null;
    const keys = this.#with(fresh.values(), by, ranks);
    for (const [place, key] of fresh) ranks[place] = firstAt(keys, key, by);
    return new Ranks(keys, ranks);
  }

  /** The keys and some more; raises the ranks of those behind them. */
  #with(more: Iterable<Key>, by: SortBy, ranks: Uint32Array): readonly Key[] {
    const keys: Key[] = [];
    const raised = new Uint32Array(this.#keys.length);
    let next = 0;
    const take = (end: number): void => {
      for (; next < end; next += 1) {
        raised[next] = keys.length;
        keys.push(this.#keys[next] as Key);
      }
    };
    for (const key of [...new Set(more)].sort(by.compare)) {
      take(firstAt(this.#keys, key, by));
      const same = [keys.at(-1), this.#keys[next]].some(
        (known) => known !== undefined && by.compare(known, key) === 0,
      );
      if (!same) keys.push(key);
    }
    if (keys.length === next) return this.#keys;
    take(this.#keys.length);
    for (let place = 0; place < ranks.length; place += 1) {
      const rank = ranks[place] as number;
      if (rank !== NONE) ranks[place] = raised[rank] as number;
    }
    return keys;
  }

  /** Some places by their ranks; those of one rank as they stood, those without a key last, either way. */
  sort(places: Uint32Array, descending: boolean): Uint32Array {
    const ranks = this.#ranks;
    const count = this.#keys.length;
    const groupOf = (place: number): number => {
      const rank = ranks[place] as number;
      return rank === NONE ? count : descending ? count - 1 - rank : rank;
    };
    const ends = new Uint32Array(count + 2);
    for (const place of places) ends[groupOf(place) + 1]! += 1;
    for (let group = 1; group <= count; group += 1) ends[group]! += ends[group - 1]!;
    const sorted = new Uint32Array(places.length);
    for (const place of places) sorted[ends[groupOf(place)]!++] = place;
    return sorted;
  }
}

/** How a list of records came of the one before. */
export interface Moves {
  readonly before: readonly RecordView[];
  readonly records: readonly RecordView[];
  /** by place, where it stood before; -1: nowhere */
  readonly from: Int32Array;
  /** the places of records that are other ones now */
  readonly changed: readonly number[];
}

const firstAt = (keys: readonly Key[], key: Key, { compare }: SortBy): number =>
  firstNot((at) => compare(keys[at] as Key, key) < 0, 0, keys.length);

function* sortedKeys(keys: readonly Key[], { compare }: SortBy, slice: number): Steps<readonly Key[]> {
  // By character first, which is fast and nearly right: it leaves few slow comparisons to be made.
  const near = typeof keys[0] === "string" ? yield* sortInSlices(keys, byCode, slice) : keys;
  return yield* sortInSlices(near, compare, slice);
}
