import type { Clock } from "./clock.ts";
import type { Replica } from "./replica.ts";
import { advanced, seenAt, withGap, type Seen, type SeenStore } from "./seen.ts";
import type { Sight } from "./sight.ts";

/**
 * Who looks elsewhere for less has not been away: the page was live all the time, and a mark at everything that
 * happened while a number was looked up in another tab would be noise. Without a connection it is different, however
 * short: what happened then came without a name, and flashed nowhere.
 */
export const AWAY_MS = 60_000;
/** What was seen is written once for a burst. */
const SETTLE_MS = 1_000;

export interface AttendanceOptions {
  readonly replica: Replica;
  readonly clock: Clock;
  readonly seen: SeenStore;
  readonly sight: Sight;
}

export interface AttendanceListener {
  /** There again, and something of a gap may not be seen yet. */
  back(): void;
  /** There, at an epoch that was not seen before; `instead`: another one was. */
  anew(instead: boolean): void;
}

/**
 * Whether its user is at a grid, and what they have missed. One is there while the grid is on a visible page, joined and
 * complete: what happens then is seen as it happens. What happened between is a gap.
 */
export class Attendance {
  here = false;
  private lookers = 0;
  private stop = () => {};
  private epoch: string | null = null;
  /** since they were last there, changes may have come that nobody announced */
  private cut = true;
  private leftAt = 0;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly options: AttendanceOptions,
    private readonly listener: AttendanceListener,
  ) {}

  /** The grid is on the page, until the returned function is called. `listen` is called while it is. */
  look(listen: () => () => void): () => void {
    if (this.lookers++ === 0) this.start(listen);
    return () => {
      if (--this.lookers > 0) return;
      this.evaluate();
      this.stop();
      this.cut = true; // nobody listens any more
    };
  }

  seen(): Seen | null {
    return this.options.seen.read(this.options.replica.grid);
  }

  write(change: (seen: Seen) => Seen): void {
    const before = this.seen();
    const after = before === null ? null : change(before);
    if (after !== null && after !== before) this.options.seen.write(this.options.replica.grid, after);
  }

  /** The page may be on its way out. */
  flush(): void {
    this.cancel?.();
    this.cancel = null;
    const { epoch, revision } = this.options.replica.status();
    if (this.here) this.write((seen) => (seen.epoch === epoch ? advanced(seen, revision) : seen));
  }

  private start(listen: () => () => void): void {
    const { replica, sight } = this.options;
    const evaluate = (): void => this.evaluate();
    const offs = [replica.subscribe(evaluate), sight.onChange(evaluate), listen()];
    this.stop = () => offs.forEach((off) => off());
    evaluate();
  }

  private evaluate(): void {
    const { replica, sight, clock } = this.options;
    const { joined, state, epoch } = replica.status();
    const isLive = joined && state === "complete";
    const isHere = this.lookers > 0 && sight.visible && isLive;
    if (!isHere && this.here) {
      this.leftAt = clock.now();
      this.flush();
    }
    const comes = isHere && (!this.here || epoch !== this.epoch);
    this.here = isHere;
    if (comes && epoch !== null) this.come(epoch);
    if (!isLive) this.cut = true;
    if (isHere) this.cancel ??= clock.after(SETTLE_MS, () => this.flush());
  }

  private come(epoch: string): void {
    const { replica, clock, seen } = this.options;
    const { revision } = replica.status();
    const isAway = this.cut || clock.now() - this.leftAt >= AWAY_MS;
    this.epoch = epoch;
    this.cut = false;
    const before = this.seen();
    if (before?.epoch !== epoch) {
      seen.write(replica.grid, seenAt(epoch, revision));
      return this.listener.anew(before !== null);
    }
    const isGap = isAway && revision > before.revision;
    const gapped = isGap ? withGap(before, [before.revision, revision]) : before;
    seen.write(replica.grid, advanced(gapped, revision));
    if (gapped.gaps.length > 0) this.listener.back();
  }
}
