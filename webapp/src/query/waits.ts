/** How many rows wait to be placed because others changed them. All 0: nothing waits. */
export interface Waiting {
  /** stand no longer where they belong */
  readonly moved: number;
  /** belong to this view but are not shown yet */
  readonly added: number;
  /** are shown but no longer match */
  readonly gone: number;
  /** are shown, greyed, but deleted */
  readonly deleted: number;
}

/** `untaken`: was made here and not taken. Nothing that others did: it goes when the pane settles, and is not told. */
export type Wait = keyof Waiting | "untaken";

export const NOTHING_WAITS: Waiting = { moved: 0, added: 0, gone: 0, deleted: 0 };

/** Which ids wait for what, counted as they come and go. */
export class Waits {
  readonly #waits = new Map<string, Wait>();
  readonly #counts: Record<Wait, number> = { ...NOTHING_WAITS, untaken: 0 };

  get size(): number {
    return this.#waits.size;
  }

  get ids(): readonly string[] {
    return [...this.#waits.keys()];
  }

  get(id: string): Wait | undefined {
    return this.#waits.get(id);
  }

  set(id: string, wait: Wait | null): void {
    const before = this.#waits.get(id);
    if (before !== undefined) this.#counts[before] -= 1;
    if (wait === null) this.#waits.delete(id);
    else this.#waits.set(id, wait);
    if (wait !== null) this.#counts[wait] += 1;
  }

  clear(): void {
    this.#waits.clear();
    Object.assign(this.#counts, NOTHING_WAITS, { untaken: 0 });
  }

  get someMoved(): boolean {
    return this.#counts.moved > 0;
  }

  /** The counts without some ids; `before` itself where they are the same. */
  counts(without: ReadonlySet<string>, before: Waiting): Waiting {
    const { untaken: _untold, ...counts } = this.#counts;
    for (const id of without) {
      const wait = this.#waits.get(id);
      if (wait !== undefined && wait !== "untaken") counts[wait] -= 1;
    }
    const same = (Object.keys(counts) as (keyof Waiting)[]).every((wait) => counts[wait] === before[wait]);
    return same ? before : counts;
  }
}
