import {
  isSame,
  outlived,
  type CopyHead,
  type CopyState,
  type CopyStorage,
  type Line,
} from "../copyStorage.ts";
import type { ProfileDisk } from "./disk.ts";
import type { TabTime } from "./timeline.ts";

export interface KeptCopy {
  readonly head: CopyHead;
  readonly lines: readonly Line[];
  /** the disk has lost some of it */
  readonly isDamaged?: boolean;
}

/** Copies in memory, as they would lie on a disk: shared by the tabs of one browser profile. */
export class CopiesDisk {
  readonly copies = new Map<string, KeptCopy>();
  /** what a power cut may bring back: each is a state that the disk was in */
  readonly before: (KeptCopy | undefined)[] = [];
  /** false: a browser without Web Locks, where every tab may write */
  hasLocks = true;
  /** the last write was that of a tab that was gone by then: what its successor wrote meanwhile may be lost with it */
  wasLate = false;
  /** the write under way is such a one */
  isLate = false;
  private readonly queues = new Map<string, (() => void)[]>();

  put(grid: string, copy: KeptCopy | undefined): void {
    this.before.push(this.copies.get(grid));
    this.wasLate = this.isLate;
    if (copy === undefined) this.copies.delete(grid);
    else this.copies.set(grid, structuredClone(copy));
  }

  /** Some lines are gone. */
  damage(grid: string, isLost: (line: Line) => boolean): void {
    const copy = this.copies.get(grid);
    if (copy === undefined) return;
    this.put(grid, { ...copy, lines: copy.lines.filter((line) => !isLost(line)), isDamaged: true });
  }

  /** The power is cut: what was written last was never written. */
  loseLatest(grid: string, writes: number): void {
    if (this.before.length > 0) this.put(grid, this.before.at(-writes) ?? this.before[0]);
  }

  /** Calls `granted` when those before have released theirs. */
  claim(grid: string, granted: () => void): () => void {
    const queue = this.queues.get(grid) ?? [];
    this.queues.set(grid, queue);
    queue.push(granted);
    if (queue.length === 1 || !this.hasLocks) queueMicrotask(granted);
    return () => {
      const place = queue.indexOf(granted);
      if (place >= 0) queue.splice(place, 1);
      if (place === 0 && queue.length > 0 && this.hasLocks) queueMicrotask(queue[0]!);
    };
  }
}

/** A tab's way to them. A write that is under way when the tab goes is lost, or comes to its end long after. */
export class SlowCopies implements CopyStorage {
  /** called with each copy that a write leaves */
  audit: (copy: KeptCopy) => void = () => {};
  private readonly releases: (() => void)[] = [];

  constructor(
    private readonly owner: string,
    private readonly disk: ProfileDisk,
    private readonly time: TabTime,
  ) {}

  /** The tab is gone: the browser gives its locks to others. */
  close(): void {
    for (const release of this.releases.splice(0)) release();
  }

  async head(grid: string): Promise<CopyHead | null> {
    return this.reading(() => this.disk.kept.copies.get(grid)?.head ?? null);
  }

  async read(grid: string, each: (lines: readonly Line[], head: CopyHead) => void): Promise<CopyHead | null> {
    const copy = await this.reading(() => structuredClone(this.disk.kept.copies.get(grid)));
    if (copy === undefined) return null;
    for (const line of copy.lines) each([line], copy.head);
    return copy.head;
  }

  replace(state: CopyState, lines: readonly Line[]): Promise<void> {
    return this.writing(() => this.put(headOf(state, 1, lines.length), lines));
  }

  append(state: CopyState, lines: readonly Line[], over: CopyHead): Promise<boolean> {
    return this.writing(() => {
      const held = this.disk.kept.copies.get(state.grid.id);
      if (held === undefined || !isSame(held.head, over) || held.head.blocks !== over.blocks) return false;
      const all = [...held.lines, ...lines];
      this.put(headOf(state, held.head.blocks + 1, all.length), all, held.isDamaged);
      return true;
    });
  }

  drop(grid: string): Promise<void> {
    return this.writing(() => this.disk.kept.put(grid, undefined));
  }

  tidy(now: number): Promise<void> {
    const { copies } = this.disk.kept;
    return this.writing(() => {
      for (const grid of outlived(
        [...copies.values()].map(({ head }) => head),
        now,
      ))
        copies.delete(grid);
    });
  }

  claim(grid: string, granted: () => void): () => void {
    const release = this.disk.kept.claim(grid, () => this.time.run(granted));
    this.releases.push(release);
    return release;
  }

  private get isOpen(): boolean {
    return this.disk.open.has(this.owner);
  }

  private put(head: CopyHead, lines: readonly Line[], isDamaged = false): void {
    const copy = { head, lines, isDamaged };
    this.audit(copy);
    this.disk.kept.put(head.grid.id, copy);
  }

  private reading<T>(fn: () => T): Promise<T> {
    return new Promise((resolve) => this.time.after(this.time.world.between(0, 200), () => resolve(fn())));
  }

  private writing<T>(fn: () => T): Promise<T> {
    const { world } = this.time;
    const write = (isLate: boolean): T => {
      this.disk.kept.isLate = isLate;
      return fn();
    };
    return new Promise((resolve) => {
      world.after(world.between(0, 300), () => {
        if (this.isOpen) {
          const value = write(false);
          this.time.run(() => resolve(value));
        } else if (world.chance(0.5)) world.after(world.between(0, 3_000), () => write(true));
      });
    });
  }
}

function headOf(state: CopyState, blocks: number, lines: number): CopyHead {
  return { ...state, access: 0, blocks, lines };
}
