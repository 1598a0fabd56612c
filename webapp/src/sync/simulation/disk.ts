import type { OutboxStorage, StoredEntry } from "../storage.ts";
import { CopiesDisk } from "./copies.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import type { Timeline } from "./timeline.ts";

/** One browser profile's disk, and which of its tabs are open (the Web Locks they hold). */
export class ProfileDisk extends MemoryDisk {
  readonly open = new Set<string>();
  readonly kept = new CopiesDisk();
}

/** A tab's outbox on a slow disk: a write that has not come to its end when the tab goes leaves no trace. */
export class SlowStorage implements OutboxStorage {
  readonly durable = true;
  /** called with what a transaction is about to delete */
  audit: (deleted: readonly StoredEntry[]) => void = () => {};
  private readonly inner: MemoryStorage;

  constructor(
    readonly owner: string,
    private readonly disk: ProfileDisk,
    private readonly time: Timeline,
  ) {
    this.inner = new MemoryStorage(owner, disk, (other) => !disk.open.has(other));
    disk.open.add(owner);
  }

  /** The tab is gone, or the power. */
  close(): void {
    this.disk.open.delete(this.owner);
  }

  load(grid: string): Promise<StoredEntry[]> {
    return this.slowly(() => this.inner.loadNow(grid));
  }

  unsent(): Promise<readonly string[]> {
    return this.inner.unsent();
  }

  write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    return this.slowly(() => {
      this.audit(deletes);
      return this.inner.writeNow(puts, deletes);
    });
  }

  private slowly<T>(fn: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.time.after(this.time.between(0, 40), () => {
        if (this.disk.open.has(this.owner)) resolve(fn());
      });
    });
  }
}
