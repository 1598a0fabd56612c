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

/** Time as one tab has it: frozen it runs nothing, and when it wakes all that has come due; closed it is over. */
export class TabTime implements Clock {
  isFrozen = false;
  private isOver = false;
  private held: (() => void)[] = [];

  constructor(readonly world: Timeline) {}

  now(): number {
    return this.world.now();
  }

  random(): number {
    return this.world.random();
  }

  after(ms: number, fn: () => void): () => void {
    let isOff = false;
    const cancel = this.world.after(ms, () => this.run(() => !isOff && fn()));
    return () => {
      isOff = true;
      cancel();
    };
  }

  /** Something reaches the tab. */
  run(fn: () => void): void {
    if (this.isOver) return;
    if (this.isFrozen) this.held.push(fn);
    else fn();
  }

  freeze(): void {
    this.isFrozen = true;
  }

  /** One task after another, each with what it promised; whoever acts at this very moment is before them. */
  thaw(): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    for (const fn of this.held.splice(0)) this.world.after(0, () => this.run(fn));
  }

  close(): void {
    this.isOver = true;
    this.held = [];
  }
}

/** After every promise that can settle has settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
