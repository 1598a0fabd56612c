import type { Clock } from "../sync/clock.ts";

/** Between two sentences, in milliseconds. */
export const PAUSE_MS = 5_000;

/** Hands on what comes: the first at once, and what comes within a pause together at its end. */
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
    if (this.#cancel === null) this.#flush();
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
