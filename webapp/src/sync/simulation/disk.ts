import { Heart } from "../leases.ts";
import type { OutboxStorage, StoredEntry, Waiting } from "../storage.ts";
import { Subscribers } from "../subscribers.ts";
import { CopiesDisk } from "./copies.ts";
import { MemoryDisk, MemoryStorage } from "../memory.ts";
import type { TabTime, Timeline } from "./timeline.ts";

/** One browser profile's disk, and which of its tabs are open (the Web Locks they hold). */
export class ProfileDisk extends MemoryDisk {
  readonly open = new Set<string>();
  readonly kept = new CopiesDisk();
  /** by owner, until when; where Web Locks are missing */
  readonly leases = new Map<string, number>();
  /** mutations that were taken over from a tab that was still there, in its sleep */
  readonly movedInSleep = new Set<string>();
  private freeAt = 0;

  /** false: plain HTTP */
  get hasLocks(): boolean {
    return this.kept.hasLocks;
  }

  set hasLocks(has: boolean) {
    this.kept.hasLocks = has;
  }

  isOrphan(owner: string, now: number): boolean {
    return this.hasLocks ? !this.open.has(owner) : (this.leases.get(owner) ?? 0) < now;
  }

  /** Transactions of all tabs come to their end in the order in which they began; now and then the disk is busy. */
  inTurn(world: Timeline, transaction: () => void): void {
    const ms = world.chance(0.02) ? world.between(500, 3_000) : world.between(0, 40);
    this.freeAt = Math.max(this.freeAt, world.now() + ms);
    world.after(this.freeAt - world.now(), transaction);
  }

  /** Whether there was anything to take over. */
  adopt(heir: string, now: number): boolean {
    const left = [...this.entries.values()].filter(
      ({ owner }) => owner !== heir && this.isOrphan(owner, now),
    );
    for (const entry of left) {
      if (this.open.has(entry.owner)) this.movedInSleep.add(entry.mutation.mutation_id);
      entry.owner = heir;
    }
    for (const [owner, until] of this.leases) if (until < now && owner !== heir) this.leases.delete(owner);
    return left.length > 0;
  }
}

/** A tab's outbox on a slow disk. A write that is under way when the tab goes is lost, or comes to its end later. */
export class SlowStorage implements OutboxStorage {
  readonly durable = true;
  /** called with what a transaction has put and deleted */
  audit: (puts: readonly StoredEntry[], deleted: readonly StoredEntry[]) => void = () => {};
  private readonly inner: MemoryStorage;
  private readonly heart: Heart;
  private readonly listeners = new Subscribers<void>();
  private held: Promise<void> | null = null;
  private wasHeld = false;

  constructor(
    readonly owner: string,
    private readonly disk: ProfileDisk,
    private readonly time: TabTime,
  ) {
    this.inner = new MemoryStorage(owner, disk, () => false, disk.hasLocks);
    this.heart = new Heart({
      clock: time,
      renew: (until) => this.slowly(() => this.renew(until)),
      adopt: (now) => this.slowly(() => disk.adopt(owner, now)),
      moved: () => this.listeners.tell(),
    });
    disk.open.add(owner);
  }

  onMoved(fn: () => void): () => void {
    return this.listeners.add(fn);
  }

  /** The tab is gone, or the power. `isOrderly`: it could still give back its lease. */
  close(isOrderly: boolean): void {
    this.disk.open.delete(this.owner);
    if (isOrderly && this.disk.leases.has(this.owner)) this.disk.leases.set(this.owner, 0);
  }

  async load(grid: string): Promise<StoredEntry[]> {
    await this.hold();
    return this.slowly(() => {
      this.disk.adopt(this.owner, this.time.now());
      return this.inner.loadNow(grid);
    });
  }

  probe(): Promise<void> {
    return this.inner.probe();
  }

  inherit(): Promise<void> {
    return this.inner.inherit();
  }

  grids(): Promise<Waiting> {
    return this.inner.grids();
  }

  async write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    await this.hold();
    return this.slowly(() => {
      const lost = this.inner.writeNow(puts, deletes);
      const isDone = ({ mutation }: StoredEntry): boolean => !lost.includes(mutation.mutation_id);
      this.audit(puts.filter(isDone), deletes.filter(isDone));
      return lost;
    });
  }

  private hold(): Promise<void> {
    if (this.disk.hasLocks) return Promise.resolve();
    this.held ??= this.heart.beat();
    return this.held;
  }

  private renew(until: number): boolean {
    const isOurs = this.disk.leases.has(this.owner) || !this.wasHeld;
    this.wasHeld = true;
    this.disk.leases.set(this.owner, until);
    return isOurs;
  }

  /** A transaction that has begun goes on in a frozen tab, which hears of it when it wakes, and may in a closed one. */
  private slowly<T>(fn: () => T): Promise<T> {
    const { world } = this.time;
    return new Promise((resolve) => {
      this.disk.inTurn(world, () => {
        const isOpen = this.disk.open.has(this.owner);
        if (!isOpen && world.chance(0.5)) return;
        const value = fn();
        this.time.run(() => resolve(value));
      });
    });
  }
}
