/** What a record is sorted by. Null sorts last, whichever the direction. */
export type SortKey = number | string | null;

export interface Sorting {
  readonly key: (id: string) => SortKey;
  /** of two keys that are not null, ascending */
  readonly compare: (a: number | string, b: number | string) => number;
  readonly descending: boolean;
}

const byId = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The ids of one pane in its order: a sorted array, kept by binary search and splice.
 *
 * Equal keys stand by id, ascending in both directions, so the order is total and the same everywhere.
 * Without a sorting it is the natural order: by id.
 */
export class Order {
  readonly #sorting: Sorting | null;
  #ids: string[] = [];
  /** the key by which each id stands where it stands, which its record may have left meanwhile */
  #keys = new Map<string, SortKey>();

  constructor(sorting: Sorting | null, ids: Iterable<string> = []) {
    this.#sorting = sorting;
    this.fill(ids);
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Starts anew from `ids`: one full sort, keys made once each. */
  fill(ids: Iterable<string>): void {
    this.#ids = [...ids];
    this.#keys = new Map(this.#ids.map((id) => [id, this.#keyOf(id)]));
    this.#ids.sort((a, b) => this.#compare(this.#stands(a), a, this.#stands(b), b));
  }

  /** Puts `id` where its record now belongs, or takes it out. True when the order has changed. */
  place(id: string, present: boolean): boolean {
    const from = this.indexOf(id);
    if (from < 0 && !present) return false;
    const key = present ? this.#keyOf(id) : null;
    if (from >= 0 && present && key === this.#stands(id)) return false;
    if (from >= 0) this.#ids.splice(from, 1);
    if (!present) {
      this.#keys.delete(id);
      return true;
    }
    const to = this.#lowerBound(key, id);
    this.#ids.splice(to, 0, id);
    this.#keys.set(id, key);
    return from !== to;
  }

  /** Where `id` stands, or -1. */
  indexOf(id: string): number {
    return this.#keys.has(id) ? this.#lowerBound(this.#stands(id), id) : -1;
  }

  #keyOf(id: string): SortKey {
    return this.#sorting === null ? null : this.#sorting.key(id);
  }

  #stands(id: string): SortKey {
    return this.#keys.get(id) ?? null;
  }

  #compare(aKey: SortKey, a: string, bKey: SortKey, b: string): number {
    if (aKey === null || bKey === null) {
      return Number(aKey === null) - Number(bKey === null) || byId(a, b);
    }
    if (this.#sorting === null || aKey === bKey) return byId(a, b);
    const order = this.#sorting.compare(aKey, bKey);
    return (this.#sorting.descending ? -order : order) || byId(a, b);
  }

  #lowerBound(key: SortKey, id: string): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ids[middle] as string;
      if (this.#compare(this.#stands(other), other, key, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
