import type { Answer, Grid, Head, Limits, WireError } from "../protocol.ts";
import { backoff, type Clock } from "./clock.ts";
import type { Copy } from "./copy.ts";
import { Follower, type FollowerListener } from "./follower.ts";
import type { Pages } from "./pages.ts";
import { Presence } from "./presence.ts";
import type { TooLarge } from "./types.ts";
import { isShut, Refused, RequestFailed, toWireError, type Wire } from "./wire.ts";

/** Where the server does not say (MAX_IN_BROWSER). */
export const MAX_RECORDS = 500_000;

export interface GridSyncListener extends FollowerListener {
  /** Joined, or no longer so. */
  sessionChanged(): void;
  /** This device shall not keep the grid's records any more. */
  unkept(): void;
}

export interface GridSyncOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly listener: GridSyncListener;
  /** what this device has kept is shown, or there is nothing: until then it is not known what to ask for */
  readonly ready: () => boolean;
  /** a grid with more records is not opened */
  readonly maxRecords: number;
  /** where more than a page comes from; by default it is pulled, page by page */
  readonly pages?: Pages | undefined;
}

/** Joins a grid and asks for whatever its follower finds missing, one request at a time, again until it is answered. */
export class GridSync {
  readonly follower: Follower;
  readonly presence: Presence;
  grid: Grid | null = null;
  limits: Limits = { batch: 500, bytes: 131_072, page: 2_000 };
  joined = false;
  /** why the grid cannot be read; until another session */
  error: WireError | null = null;
  /** as of the last answer of `join_grid` */
  tooLarge: TooLarge | null = null;

  private attempt = 0;
  private working = false;
  /** counts sessions: an answer to an older one is not ours any more */
  private session = 0;
  private endRest: () => void = () => {};
  /** the stream that is being read */
  private stream: AbortController | null = null;
  /** it did not come to its end: the rest is pulled */
  private wasCut = false;
  private off: (() => void)[] = [];

  constructor(private readonly options: GridSyncOptions) {
    this.follower = new Follower(options.grid, options.listener, () => void this.work());
    this.presence = new Presence(options.grid, options.wire, options.clock);
  }

  start(): void {
    if (this.off.length > 0) return;
    const { wire, grid } = this.options;
    const { follower } = this;
    const mine = (payload: { readonly grid: string }): boolean => payload.grid === grid && !this.isOut;
    this.off = [
      wire.on("changes", (range) => mine(range) && follower.receive({ range })),
      wire.on("head", (head) => mine(head) && follower.receive({ head })),
      wire.on("presence", (news) => mine(news) && this.presence.announced(news.sessions)),
      wire.on("grid_changed", (news) => mine(news) && follower.describe(news.definition)),
      wire.onLive(() => this.sessionChanged()),
      wire.onRefused((error) => this.denied(error)),
    ];
    void this.work();
  }

  /** Shows what this device has kept. False: the server was faster. */
  restore(copy: Copy, definition: Grid): boolean {
    if (!this.follower.restore(copy)) return false;
    this.grid ??= definition;
    return true;
  }

  /** `ready` has become true. */
  wake(): void {
    void this.work();
  }

  /** What the server has, asked for now. A copy that is not that is read anew (R13). Rejects as `Wire.request` does. */
  async head(): Promise<Head> {
    const { wire, grid } = this.options;
    const { session } = this;
    const head = headOf(grid, await wire.request("join_grid", { grid, limit: 0 }));
    if (this.off.length === 0) this.leave(); // nobody looks at it here: it was joined by the question only
    if (session === this.session && !this.isOut) this.follower.receive({ head });
    return head;
  }

  /** Leaves; whatever is announced after that is ignored (R4). */
  stop(): void {
    for (const off of this.off) off();
    this.off = [];
    if (this.joined && !this.isOut) this.leave();
    this.sessionChanged();
  }

  private leave(): void {
    const { wire, grid } = this.options;
    // Unanswered it does no harm: what still comes is not listened to.
    if (wire.live) wire.request("leave_grid", { grid }).catch(() => undefined);
  }

  /** Left in this session, because the grid is too large. */
  private get isOut(): boolean {
    return this.joined && this.tooLarge !== null;
  }

  private sessionChanged(): void {
    this.session += 1;
    this.stream?.abort();
    this.wasCut = false;
    this.joined = false;
    this.follower.reading = true;
    this.attempt = 0;
    this.error = null;
    this.presence.left();
    this.options.listener.sessionChanged();
    this.options.listener.status();
    this.endRest();
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (let step = this.nextStep(); step !== null; step = this.nextStep()) {
        const { session } = this;
        try {
          await step();
          if (session === this.session) this.attempt = 0;
        } catch (thrown) {
          if (session === this.session) await this.failed(thrown);
        }
      }
    } finally {
      this.working = false; // in the same step as the last look for work, so that nothing is overlooked
    }
  }

  private nextStep(): (() => Promise<void>) | null {
    const { due, filling } = this.follower;
    const { wire, ready, pages } = this.options;
    if (this.off.length === 0 || !wire.live || this.error !== null || !ready()) return null;
    if (!this.joined) return () => this.join();
    if (this.isRedefined) return () => this.fetchDefinition();
    if (filling && !due.repair && !this.wasCut && pages !== undefined) return () => this.readStream(pages);
    return due.pull || due.repair || filling ? () => this.fetchPage() : null;
  }

  private get isRedefined(): boolean {
    const { definition } = this.follower.due;
    return definition !== null && definition !== this.grid?.definition;
  }

  private async failed(thrown: unknown): Promise<void> {
    this.follower.reading = !this.joined;
    this.follower.due.pull = true; // what failed is still due
    const defect = !(thrown instanceof RequestFailed);
    if (defect || (thrown instanceof Refused && !thrown.error.retry)) {
      this.error = toWireError(thrown);
      this.denied(this.error);
      this.options.listener.status();
      if (defect) throw thrown;
      return;
    }
    const { clock } = this.options;
    await new Promise<void>((resolve) => {
      this.endRest = resolve;
      clock.after(backoff(this.attempt++, clock), resolve);
    });
  }

  /**
   * What was kept here may not be shown to whom the server refuses it: it goes, from the disk too. What an open page
   * got from the server itself stays in sight, for edits that are not sent make no sense without it.
   */
  private denied(error: WireError): void {
    if (!isShut(error)) return;
    if (this.follower.unconfirmed) this.grid = null;
    this.follower.abandon();
    this.options.listener.unkept();
  }

  private async join(): Promise<void> {
    const { wire, grid, listener } = this.options;
    const { session, follower } = this;
    const { target } = follower;
    follower.reading = true;
    follower.due.pull = false;
    const from = target !== null && target.cursor > 0 ? { epoch: target.epoch, since: target.cursor } : {};
    const answer = await wire.request("join_grid", { grid, ...from });
    if (session !== this.session) return;
    follower.reading = false;
    this.joined = true;
    this.grid = answer.grid;
    this.limits = answer.limits;
    follower.due.definition = null;
    follower.expected = answer.count;
    const { count } = answer;
    const { maxRecords: max } = this.options;
    const isOpen = target !== null && !follower.unconfirmed; // one that grows while it is open stays so
    this.tooLarge = !isOpen && count > max ? { count, max } : null;
    if (this.tooLarge === null) {
      this.presence.joined(answer.session, answer.presence);
      follower.take(answer.page, headOf(grid, answer));
    } else this.stayOut();
    listener.sessionChanged();
    listener.status();
  }

  /** Reads nothing and hears nothing: mutations may be sent all the same. */
  private stayOut(): void {
    this.follower.forget();
    this.follower.abandon();
    this.options.listener.unkept();
    this.leave();
  }

  private async fetchDefinition(): Promise<void> {
    const { wire, grid } = this.options;
    const { session } = this;
    const { due } = this.follower;
    const announced = due.definition;
    due.definition = null; // what is announced from now on is asked for again
    const answer = await wire.request("join_grid", { grid, limit: 0 }).catch((failure: unknown) => {
      due.definition ??= announced;
      throw failure;
    });
    if (session !== this.session) return;
    this.grid = answer.grid;
    this.options.listener.status();
  }

  private async fetchPage(): Promise<void> {
    const { wire, grid } = this.options;
    const { session, follower } = this;
    const { epoch, cursor } = follower.target!;
    follower.reading = true;
    follower.due.pull = false;
    const page = await wire.request("pull", { grid, epoch, since: follower.due.repair ? 0 : cursor });
    if (session !== this.session) return;
    follower.reading = false;
    follower.take(page);
    if (!follower.filling) this.wasCut = false;
  }

  /** Takes pages as they come; where that breaks off, the rest is pulled from where it stands. */
  private async readStream(source: Pages): Promise<void> {
    const { session, follower } = this;
    const { grid } = this.options;
    const { epoch, cursor } = follower.target!;
    const stream = (this.stream = new AbortController());
    follower.due.pull = false;
    const pages = source({ grid, epoch, since: cursor }, stream)[Symbol.asyncIterator]();
    while (follower.filling && !follower.due.repair && !this.isRedefined) {
      const next = await pages.next().catch(() => null);
      if (session !== this.session) return;
      if (next === null || next.done === true) break;
      follower.take(next.value);
    }
    stream.abort();
    this.wasCut = follower.filling && !this.isRedefined;
  }
}

function headOf(grid: string, answer: Answer<"join_grid">): Head {
  const { epoch, revision, count, digest } = answer;
  return { grid, definition: answer.grid.definition, epoch, revision, count, digest };
}
