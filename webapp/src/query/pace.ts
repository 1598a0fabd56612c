import { realClock, type Clock } from "../sync/clock.ts";

/** Runs `fn` before the next frame, or what comes nearest to one; returns what calls it off. */
export type NextFrame = (fn: () => void) => () => void;

/** About as long as a frame takes. */
const FRAME_MS = 16;

export const nextFrame: NextFrame = (fn) => {
  if (typeof requestAnimationFrame === "undefined") return realClock.after(FRAME_MS, fn); // no screen: Node
  const request = requestAnimationFrame(fn);
  return () => cancelAnimationFrame(request);
};

/** A pane is quiet when nobody has touched it for so long, in milliseconds. */
export const QUIET_MS = 2000;

/** When a pane looks at what has happened: at most once per frame, and again when it has become quiet. */
export class Pace {
  readonly #frame: NextFrame;
  readonly #clock: Clock;
  readonly #run: () => void;
  #quietAt = -Infinity;
  #cancelFrame: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;

  constructor(frame: NextFrame, clock: Clock, run: () => void) {
    this.#frame = frame;
    this.#clock = clock;
    this.#run = run;
  }

  get quiet(): boolean {
    return this.#clock.now() >= this.#quietAt;
  }

  /** Cheap: it is called for every move of the pointer. */
  active(): void {
    this.#quietAt = this.#clock.now() + QUIET_MS;
  }

  /** Runs before the next frame. */
  soon(): void {
    this.#cancelFrame ??= this.#frame(() => {
      this.#cancelFrame = null;
      this.#run();
    });
  }

  /** Runs when the pane has become quiet. */
  whenQuiet(): void {
    this.#cancelTimer ??= this.#clock.after(this.#quietAt - this.#clock.now(), () => {
      this.#cancelTimer = null;
      this.soon(); // if somebody was there meanwhile, `run` asks for the next time
    });
  }

  stop(): void {
    this.#cancelFrame?.();
    this.#cancelTimer?.();
    this.#cancelFrame = this.#cancelTimer = null;
  }
}
