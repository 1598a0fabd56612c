import type { ChangeEntry, Head, Page, Range } from "../protocol.ts";
import { Copy, Torn } from "./copy.ts";

export interface FollowerListener {
  /** A page brought these records: what they are now, not who made them so. */
  touched(ids: readonly string[]): void;
  /** The copy now holds these changes of a range; there may be none. */
  applied(entries: readonly ChangeEntry[]): void;
  /** Another copy is shown now. */
  swapped(): void;
  /** The copy is complete at a later revision: overlays may end (R7). */
  progressed(): void;
  /**
   * A read came to its end, and nobody has asked for another since it left: the epoch is the server's, or was after
   * all that made one ask.
   */
  caughtUp(): void;
  status(): void;
}

type Announced = { readonly range: Range } | { readonly head: Head };

// More is not worth its memory: a pull brings it as well.
const STASH_MOST = 5_000;

/** Keeps a copy of one grid's records equal to the server's, by R4, R5, R9 and R13; others do its requests. */
export class Follower {
  /** the copy that is shown */
  copy: Copy | null = null;
  /** not joined yet, or a read is under way: what is announced is stashed (R4) */
  reading = true;
  /** what to ask the server: what is new, everything anew, the definition (its number) */
  readonly due = { pull: false, repair: false, definition: null as number | null };
  expected = 0;
  repairs = 0;
  /** what is shown is from this device, and the server has not said yet what has changed since */
  unconfirmed = false;

  /** filling beside the one that is shown (R9) */
  private next: Copy | null = null;
  private stash: Announced[] = [];
  private wasComplete = false;
  private repairedAt = "";

  constructor(
    private readonly grid: string,
    private readonly listener: FollowerListener,
    /** something is due */
    private readonly wake: () => void,
  ) {}

  /** The copy that pages go to. */
  get target(): Copy | null {
    return this.next ?? this.copy;
  }

  get filling(): boolean {
    return this.next !== null || this.copy?.complete === false;
  }

  receive(item: Announced): void {
    if (!this.reading && !this.filling) this.judge(item);
    else if (this.stash.push(item) > STASH_MOST) {
      this.stash = [];
      this.due.pull = true;
    }
  }

  /** What was announced is of no use. */
  forget(): void {
    this.stash = [];
  }

  /** Shows what this device has kept, a complete copy. False: the server was faster. */
  restore(copy: Copy): boolean {
    if (this.target !== null) return false;
    this.wasComplete = this.unconfirmed = true;
    this.show(copy);
    return true;
  }

  /** What this device has kept is not to be shown. */
  abandon(): void {
    if (!this.unconfirmed) return;
    this.wasComplete = this.unconfirmed = false;
    this.copy = this.next = null;
    this.listener.swapped();
  }

  /** An answer of `pull`, or the page of `join_grid`'s with the head that came along. */
  take(page: Page, head?: Head): void {
    if (head !== undefined) this.stash.push({ head });
    const target = this.targetOf(page);
    if (target === null) return;
    const ids = target.take(page);
    if (target === this.copy) this.listener.touched(ids);
    if (!target.complete) return;
    this.wasComplete = true;
    this.unconfirmed = false;
    if (target === this.next) this.show(this.next);
    this.listener.progressed();
    // What it was asked for may be newer than this page, its epoch too: then the read that is due has the word.
    if (!this.due.pull) this.listener.caughtUp();
    for (const item of this.stash.splice(0)) this.judge(item);
  }

  private show(copy: Copy): void {
    this.copy = copy;
    this.next = null;
    this.listener.swapped();
  }

  /** The copy a page belongs to: a new one where the answer starts from 0 (R9). */
  private targetOf(page: Page): Copy | null {
    if (page.mode === "reset") {
      this.due.repair = false;
      const fresh = new Copy(page.epoch);
      // As long as nothing has been shown in full, what comes in may be seen coming in.
      if (this.wasComplete) this.next = fresh;
      else this.show(fresh);
      return fresh;
    }
    const { target } = this;
    if (target !== null && target.epoch === page.epoch && target.cursor === page.from) return target;
    this.repair(`a page from ${page.from} of ${page.epoch} does not continue it`);
    return null;
  }

  private judge(item: Announced): void {
    if ("head" in item) this.judgeHead(this.copy!, item.head);
    else this.judgeRange(this.copy!, item.range);
  }

  private judgeRange(copy: Copy, range: Range): void {
    if (range.epoch !== copy.epoch) return this.pull();
    if (range.to <= copy.revision) return;
    if (range.from > copy.revision) {
      this.stash.push({ range });
      return this.pull();
    }
    try {
      this.listener.applied(copy.apply(range));
      this.listener.progressed();
    } catch (thrown) {
      if (!(thrown instanceof Torn)) throw thrown;
      this.repair(thrown.message);
    }
  }

  private judgeHead(copy: Copy, head: Head): void {
    if (this.expected !== head.count) {
      this.expected = head.count;
      this.listener.status();
    }
    this.describe(head.definition);
    if (head.epoch !== copy.epoch || head.revision > copy.revision) return this.pull();
    if (head.revision < copy.revision) return;
    const same = head.digest === copy.digest && head.count === copy.records.size;
    if (same || this.repairedAt === `${copy.epoch}:${copy.revision}`) return;
    this.repair(
      `digest ${copy.digest} of ${copy.records.size} records is not ${head.digest} of ${head.count}`,
    );
  }

  /** The grid's definition has this number now. */
  describe(definition: number): void {
    this.due.definition = definition;
    this.wake();
  }

  /** Asks the server what is new. */
  pull(): void {
    this.due.pull = true;
    this.wake();
  }

  /** R13: reads everything again, once per epoch and revision, and says so. */
  private repair(why: string): void {
    const at = `${this.copy?.epoch}:${this.copy?.revision}`;
    this.repairedAt = at;
    this.repairs += 1;
    this.due.repair = true;
    console.warn(`${this.grid}: this replica differs from the server at ${at}: ${why}`);
    this.listener.status();
    this.wake();
  }
}
