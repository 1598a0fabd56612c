import type { Grid, Head, Limits, Page, Range, WireError } from "../protocol.ts";
import { backoff, type Clock } from "./clock.ts";
import { Copy, Torn } from "./copy.ts";
import { Refused, RequestFailed, toWireError, type Wire } from "./wire.ts";

/** What the driver tells whoever shows the records. */
export interface GridSyncListener {
  /** These records changed; `mutationIds` are those whose changes the copy now holds. */
  touched(ids: readonly string[], mutationIds: readonly string[]): void;
  /** Another copy is shown now. */
  swapped(): void;
  /** The copy is complete at a later revision: overlays may end (R7). */
  progressed(): void;
  /** Joined, or no longer so. */
  sessionChanged(): void;
  /** A read came to its end: the epoch is the server's, or was a moment ago. */
  caughtUp(): void;
  status(): void;
}

export interface GridSyncOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly listener: GridSyncListener;
}

type Announced = { readonly range: Range } | { readonly head: Head };

// More is not worth its memory: a pull brings it as well.
const STASH_MOST = 5_000;

/** Keeps a copy of one grid's records equal to the server's, by R4, R5, R9 and R13. */
export class GridSync {
  /** the copy that is shown */
  copy: Copy | null = null;
  grid: Grid | null = null;
  limits: Limits = { batch: 500, bytes: 131_072, page: 2_000 };
  joined = false;
  expected = 0;
  repairs = 0;
  error: WireError | null = null;

  /** filling beside the one that is shown (R9) */
  private next: Copy | null = null;
  private stash: Announced[] = [];
  private reading = false;
  private wasComplete = false;
  private readonly due = { pull: false, repair: false, definition: false };
  private repairedAt = "";
  private attempt = 0;
  private working = false;
  private connection = 0;
  private wake: () => void = () => {};
  private off: (() => void)[] = [];

  constructor(private readonly options: GridSyncOptions) {}

  start(): void {
    if (this.off.length > 0) return;
    const { wire, grid } = this.options;
    const mine = (payload: { readonly grid: string }): boolean => payload.grid === grid;
    this.off = [
      wire.on("changes", (range) => mine(range) && this.receive({ range })),
      wire.on("head", (head) => mine(head) && this.receive({ head })),
      wire.on("grid_changed", (news) => mine(news) && this.describe(news.definition)),
      wire.onLive(() => this.connectionChanged()),
    ];
    void this.work();
  }

  /** Leaves; whatever is announced after that is ignored (R4). */
  stop(): void {
    for (const off of this.off) off();
    this.off = [];
    const { wire, grid } = this.options;
    // Unanswered it does no harm: what still comes is not listened to.
    if (wire.live && this.joined) wire.request("leave_grid", { grid }).catch(() => undefined);
    this.connectionChanged();
  }

  /** Asks the server what is new. */
  pull(): void {
    this.due.pull = true;
    void this.work();
  }

  private get active(): boolean {
    return this.off.length > 0 && this.options.wire.live;
  }

  private connectionChanged(): void {
    this.connection += 1;
    this.joined = this.reading = false;
    this.attempt = 0;
    this.error = null;
    this.options.listener.sessionChanged();
    this.options.listener.status();
    this.wake();
    void this.work();
  }

  // ---- announcements

  private receive(item: Announced): void {
    const quiet = this.joined && !this.reading && this.copy?.complete === true && this.next === null;
    if (quiet) this.judge(item);
    else if (this.stash.push(item) > STASH_MOST) {
      this.stash = [];
      this.due.pull = true;
    }
  }

  private judge(item: Announced): void {
    if ("head" in item) this.judgeHead(item.head);
    else this.judgeRange(item.range);
  }

  private judgeRange(range: Range): void {
    const copy = this.copy!;
    if (range.epoch !== copy.epoch) return this.pull();
    if (range.to <= copy.revision) return;
    if (range.from > copy.revision) {
      this.stash.push({ range });
      return this.pull();
    }
    try {
      const entries = copy.apply(range);
      this.options.listener.touched(
        entries.map((entry) => entry[1]),
        entries.map((entry) => entry[5]),
      );
      this.options.listener.progressed();
    } catch (thrown) {
      if (!(thrown instanceof Torn)) throw thrown;
      this.repair(thrown.message);
    }
  }

  private judgeHead(head: Head): void {
    const copy = this.copy!;
    if (this.expected !== head.count) {
      this.expected = head.count;
      this.options.listener.status();
    }
    this.describe(head.definition);
    if (head.epoch !== copy.epoch || head.revision > copy.revision) return this.pull();
    if (head.revision < copy.revision) return;
    const same = head.digest === copy.digest && head.count === copy.records.size;
    if (!same && this.repairedAt !== `${copy.epoch}:${copy.revision}`) {
      this.repair(
        `digest ${copy.digest} of ${copy.records.size} records is not ${head.digest} of ${head.count}`,
      );
    }
  }

  private describe(definition: number): void {
    if (this.grid === null || this.grid.definition === definition) return;
    this.due.definition = true;
    void this.work();
  }

  /** R13: reads everything again, once per epoch and revision, and says so. */
  private repair(why: string): void {
    const copy = this.copy!;
    this.repairedAt = `${copy.epoch}:${copy.revision}`;
    this.repairs += 1;
    this.due.repair = true;
    console.warn(
      `${this.options.grid}: this replica differs from the server at revision ${copy.revision}: ${why}`,
    );
    this.options.listener.status();
    void this.work();
  }

  // ---- requests, one at a time

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (let step = this.step(); step !== null; step = this.step()) {
        const { connection } = this;
        try {
          await step();
          if (connection === this.connection) this.attempt = 0;
        } catch (thrown) {
          if (connection === this.connection) await this.failed(thrown);
        }
      }
    } finally {
      this.working = false;
    }
  }

  private step(): (() => Promise<void>) | null {
    if (!this.active || this.error !== null) return null;
    if (!this.joined) return () => this.join();
    if (this.due.definition) return () => this.fetchDefinition();
    const filling = this.next !== null || this.copy?.complete === false;
    return this.due.pull || this.due.repair || filling ? () => this.fetchPage() : null;
  }

  private async failed(thrown: unknown): Promise<void> {
    this.reading = false;
    this.due.pull = true; // what failed is still due
    const defect = !(thrown instanceof RequestFailed);
    if (defect || (thrown instanceof Refused && !thrown.error.retry)) {
      this.error = toWireError(thrown);
      this.options.listener.status();
      if (defect) throw thrown;
      return;
    }
    const { clock } = this.options;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      clock.after(backoff(this.attempt++, clock), resolve);
    });
  }

  private async join(): Promise<void> {
    const { wire, grid } = this.options;
    const { connection } = this;
    const target = this.next ?? this.copy;
    this.reading = true;
    this.due.definition = this.due.pull = false;
    const from = target !== null && target.cursor > 0 ? { epoch: target.epoch, since: target.cursor } : {};
    const answer = await wire.request("join_grid", { grid, ...from });
    if (connection !== this.connection) return;
    this.reading = false;
    this.joined = true;
    this.grid = answer.grid;
    this.limits = answer.limits;
    this.expected = answer.count;
    const { definition } = answer.grid;
    const { epoch, revision, count, digest } = answer;
    this.stash.push({ head: { grid, definition, epoch, revision, count, digest } });
    this.take(answer.page);
    this.options.listener.sessionChanged();
    this.options.listener.status();
  }

  private async fetchDefinition(): Promise<void> {
    const { wire, grid } = this.options;
    const { connection } = this;
    const answer = await wire.request("join_grid", { grid, limit: 0 });
    if (connection !== this.connection) return;
    this.due.definition = false;
    this.grid = answer.grid;
    this.options.listener.status();
  }

  private async fetchPage(): Promise<void> {
    const { wire, grid } = this.options;
    const { connection } = this;
    const target = (this.next ?? this.copy)!;
    const since = this.due.repair ? 0 : target.cursor;
    this.reading = true;
    this.due.pull = false;
    const page = await wire.request("pull", { grid, epoch: target.epoch, since });
    if (connection !== this.connection) return;
    this.reading = false;
    this.take(page);
  }

  // ---- pages

  private take(page: Page): void {
    const target = this.targetOf(page);
    if (target === null) return;
    const ids = target.fill(page);
    if (target === this.copy) this.options.listener.touched(ids, []);
    if (!target.complete) return;
    this.wasComplete = true;
    if (target === this.next) {
      this.copy = this.next;
      this.next = null;
      this.options.listener.swapped();
    }
    this.options.listener.progressed();
    this.options.listener.caughtUp();
    for (const item of this.stash.splice(0)) this.judge(item);
  }

  /** The copy a page belongs to: a new one where the answer starts from 0 (R9). */
  private targetOf(page: Page): Copy | null {
    if (page.mode === "reset") {
      this.due.repair = false;
      const fresh = new Copy(page.epoch);
      // Nothing has been shown in full yet: then what comes in may be seen coming in.
      if (!this.wasComplete) {
        this.copy = fresh;
        this.options.listener.swapped();
      } else this.next = fresh;
      return fresh;
    }
    const target = this.next ?? this.copy;
    if (target !== null && target.epoch === page.epoch && target.cursor === page.from) return target;
    this.repair(`a page from ${page.from} of ${page.epoch} does not continue it`);
    return null;
  }
}
