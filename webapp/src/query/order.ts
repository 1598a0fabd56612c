import type { RecordView } from "../sync/types.ts";
import { compareTo, keysOf, type SortKey, type Sorting } from "./sorting.ts";

/**
 * The ids of one pane in its order: a sorted array, kept by binary search and splice.
 *
 * It is sorted by the records by which the ids were placed, not by those they have now: so the order holds while
 * records change, until each is placed again. Without a sorting it is the natural order, by id, and needs no records.
 */
export class Order {
  readonly #sorting: Sorting | null;
  #ids: string[];
  /** what was sorted, until somebody asks for one of them: a question is answered without */
  #sorted: readonly RecordView[] | null = null;
  #known = new Map<string, RecordView>();

  /** `ids` as they stand; in an order of their own with the `records` by which they do. */
  constructor(sorting: Sorting | null, ids: readonly string[], records: readonly RecordView[] = []) {
    this.#sorting = sorting;
    this.#ids = [...ids];
    if (sorting !== null) this.#sorted = records;
  }

  /** By id, the record by which it stands where it stands; empty in the natural order. */
  get #stands(): Map<string, RecordView> {
    if (this.#sorted !== null) this.#known = new Map(this.#sorted.map((record) => [record.id, record]));
    this.#sorted = null;
    return this.#known;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  has(id: string): boolean {
    return this.#sorting === null ? this.indexOf(id) >= 0 : this.#stands.has(id);
  }

  /** Where `id` stands, or -1. */
  indexOf(id: string): number {
    const stands = this.#stands.get(id);
    if (this.#sorting !== null && stands === undefined) return -1;
    const at = this.#gap(id, stands);
    return this.#ids[at] === id ? at : -1;
  }

  /** Where a record that is not in would be placed. */
  gapOf(record: RecordView): number {
    return this.#gap(record.id, record);
  }

  /** Takes the id out; returns where it stood, or -1. */
  remove(id: string): number {
    const at = this.indexOf(id);
    if (at < 0) return at;
    this.#ids.splice(at, 1);
    this.#stands.delete(id);
    return at;
  }

  /** Puts in a record whose id is not in; returns where. */
  insert(record: RecordView): number {
    const at = this.gapOf(record);
    this.#ids.splice(at, 0, record.id);
    if (this.#sorting !== null) this.#stands.set(record.id, record);
    return at;
  }

  /** Whether a record, whose id is in, belongs where that stands; if so, it stands by what the record is now. */
  stay(record: RecordView): boolean {
    const { id } = record;
    const stands = this.#stands.get(id);
    if (this.#sorting === null || stands === undefined || stands === record) return true;
    const keys = keysOf(this.#sorting, record);
    if (compareTo(this.#sorting, keys, id, stands) !== 0 && !this.#between(keys, id)) return false;
    this.#stands.set(id, record);
    return true;
  }

  #between(keys: readonly SortKey[], id: string): boolean {
    const at = this.indexOf(id);
    const before = this.#standing(at - 1);
    const after = this.#standing(at + 1);
    const sorting = this.#sorting ?? [];
    if (before !== undefined && compareTo(sorting, keys, id, before) < 0) return false;
    return after === undefined || compareTo(sorting, keys, id, after) < 0;
  }

  #standing(at: number): RecordView | undefined {
    return this.#stands.get(this.#ids[at] ?? "");
  }

  /** The first place whose id does not stand before `id`, as it is in `record`. */
  #gap(id: string, record: RecordView | undefined): number {
    const sorting = this.#sorting;
    if (sorting === null || record === undefined)
      return this.#search((middle) => (this.#ids[middle] ?? "") < id);
    const keys = keysOf(sorting, record);
    return this.#search((middle) => {
      const other = this.#standing(middle);
      return other !== undefined && compareTo(sorting, keys, id, other) > 0;
    });
  }

  #search(isBefore: (middle: number) => boolean): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
