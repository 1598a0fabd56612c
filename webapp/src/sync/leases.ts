import type { Clock } from "./clock.ts";

/** Where there are no Web Locks: whose an outbox is, and until when nobody else may take it over. */
export interface Lease {
  readonly owner: string;
  /** ms since 1970, by the one clock that all tabs of a profile share */
  readonly until: number;
}

/** While its user looks at it a tab renews that often; in the background a browser lets a timer run once a minute. */
const BEAT_MS = 20_000;
/**
 * Three of a background tab's minutes, late ones too. What a crashed tab left waits that long, a closed one gives its
 * lease back. A frozen or sleeping tab runs no timer at all: no time would do for it, so it has to notice when it wakes.
 */
export const LEASE_MS = 200_000;

export interface HeartOptions {
  readonly clock: Clock;
  /** Makes the lease last until then. False: it was taken over before. */
  readonly renew: (until: number) => Promise<boolean>;
  /** Takes over what others left whose leases had run out by then. Whether there was any. */
  readonly adopt: (now: number) => Promise<boolean>;
  /** Mutations have changed hands. */
  readonly moved: () => void;
}

/** Keeps a tab's lease alive as long as the tab lives, and looks for those that were left. */
export class Heart {
  private beating: Promise<void> | null = null;
  private cancel = (): void => {};

  constructor(private readonly options: HeartOptions) {}

  /** Now, and then again and again. Rejects when the disk does, and beats on. */
  beat(): Promise<void> {
    this.beating ??= this.once().finally(() => (this.beating = null));
    return this.beating;
  }

  stop(): void {
    this.cancel();
  }

  private async once(): Promise<void> {
    const { clock, renew, adopt, moved } = this.options;
    this.cancel();
    // What the disk does not take is told by whoever writes mutations to it.
    this.cancel = clock.after(BEAT_MS, () => void this.beat().catch(() => undefined));
    const isOurs = await renew(clock.now() + LEASE_MS);
    const hasFound = await adopt(clock.now());
    if (hasFound || !isOurs) moved();
  }
}
