import type { Clock } from "../clock.ts";

/** Small, fast and seeded (mulberry32): the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** Virtual time: nothing waits, everything happens in order; what was promised settles before time moves on. */
export class Timeline implements Clock {
  private time = 1_700_000_000_000;
  private order = 0;
  private due: Due[] = [];
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  now(): number {
    return this.time;
  }

  after(ms: number, fn: () => void): () => void {
    const item: Due = { at: this.time + Math.max(0, ms), order: this.order++, fn };
    let low = 0;
    let high = this.due.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.due[middle]!.at <= item.at) low = middle + 1;
      else high = middle;
    }
    this.due.splice(low, 0, item);
    return () => {
      const at = this.due.indexOf(item);
      if (at >= 0) this.due.splice(at, 1);
    };
  }

  /** Between `least` and `most`, inclusive. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** Lets `ms` pass; `each` after every single thing that happened. */
  async pass(ms: number, each: () => void): Promise<void> {
    const end = this.time + ms;
    await settled();
    while (this.due.length > 0 && this.due[0]!.at <= end) {
      const next = this.due.shift()!;
      this.time = next.at;
      next.fn();
      await settled();
      each();
    }
    this.time = end;
  }
}

/** After every promise that can settle has settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
