import type { Clock } from "../../sync/clock.ts";

/** Between two sentences, in milliseconds. */
export const PAUSE_MS = 5_000;
/** What comes together is told together, and rows that have just come are on the page by then. */
export const SOON_MS = 300;

/** Hands on what comes, together: soon after the first, and then not before a pause has gone by. */
export class Pauses<T> {
  #waiting: T[] = [];
  #cancel: (() => void) | null = null;
  readonly #clock: Clock;
  readonly #tell: (items: readonly T[]) => void;

  constructor(clock: Clock, tell: (items: readonly T[]) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(items: readonly T[]): void {
    if (items.length === 0) return;
    this.#waiting.push(...items);
    this.#cancel ??= this.#clock.after(SOON_MS, () => this.#flush());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting = [];
  }

  #flush(): void {
    this.#cancel = null;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#cancel = this.#clock.after(PAUSE_MS, () => this.#flush());
    this.#tell(items);
  }
}
