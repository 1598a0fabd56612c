/** Ids in natural order: a sorted array with binary search and splice, merged in bulk. */
export class SortedIds {
  private list: string[] = [];

  get ids(): readonly string[] {
    return this.list;
  }

  has(id: string): boolean {
    return this.list[this.place(id)] === id;
  }

  /** Adds ids that are not in yet; in one pass when there are many. */
  add(ids: readonly string[]): void {
    if (ids.length < 16) return ids.forEach((id) => this.list.splice(this.place(id), 0, id));
    const fresh = [...ids].sort();
    const last = this.list.at(-1);
    if (last === undefined || last < fresh[0]!) for (const id of fresh) this.list.push(id);
    else this.list = merge(this.list, fresh);
  }

  /** Removes ids that are in; in one pass when there are many. */
  remove(ids: readonly string[]): void {
    if (ids.length < 16) return ids.forEach((id) => void this.list.splice(this.place(id), 1));
    const gone = new Set(ids);
    this.list = this.list.filter((id) => !gone.has(id));
  }

  /** Starts over. */
  replace(ids: Iterable<string>): void {
    this.list = [...ids].sort();
  }

  private place(id: string): number {
    let low = 0;
    let high = this.list.length;
    // Ids are made in order of time, so most searches are for the end.
    if (high === 0 || this.list[high - 1]! < id) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.list[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merge(a: readonly string[], b: readonly string[]): string[] {
  const merged: string[] = [];
  let i = 0;
  for (const id of b) {
    while (i < a.length && a[i]! < id) merged.push(a[i++]!);
    merged.push(id);
  }
  while (i < a.length) merged.push(a[i++]!);
  return merged;
}
