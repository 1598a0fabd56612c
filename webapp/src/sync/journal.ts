import type { Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { OutboxStorage, StoredEntry } from "./storage.ts";

interface Batch {
  readonly puts: Set<Entry>;
  readonly deletes: Set<Entry>;
}

/**
 * Writes an outbox to disk: one transaction at a time, in order; what is saved meanwhile shares the next one.
 *
 * A disk that refuses is told to `failed` once per try; what it should have held stays in memory.
 */
export class Journal {
  private batch: Batch | null = null;
  private running: Promise<void> = Promise.resolve();
  private readonly unwritten = new Set<Entry>();
  private readonly written = new WeakMap<Entry, Mutation>();

  constructor(
    private readonly storage: OutboxStorage,
    private readonly failed: (thrown: unknown) => void,
    /** these were adopted by another tab, and what was to be written of them was not */
    private readonly lost: (entries: readonly Entry[]) => void,
  ) {}

  /** Entries whose latest content is not on disk yet. */
  get storing(): number {
    return this.unwritten.size;
  }

  isStored(entry: Entry): boolean {
    return !this.unwritten.has(entry);
  }

  /** It has been read as it is. */
  hasRead(entry: Entry): void {
    this.written.set(entry, entry.mutation);
  }

  /** What it says on disk. */
  onDisk(entry: Entry): Mutation {
    return this.written.get(entry) ?? entry.mutation;
  }

  /** Whether what has this key is about to be deleted. */
  isDropping(key: number | undefined): boolean {
    return [...(this.batch?.deletes ?? [])].some((entry) => entry.stored.key === key);
  }

  /** Reads the grid's entries between two transactions; null: the disk refuses. */
  load(grid: string): Promise<StoredEntry[] | null> {
    const loading = this.running
      .then(() => this.storage.load(grid))
      .catch((thrown: unknown) => {
        this.failed(thrown);
        return null;
      });
    this.running = loading.then(() => undefined);
    return loading;
  }

  /** One transaction (R10); resolves when it is durable, or when the disk has refused it. */
  save(puts: Iterable<Entry>, deletes: Iterable<Entry> = []): Promise<void> {
    if (this.batch === null) {
      const batch: Batch = { puts: new Set(), deletes: new Set() };
      this.batch = batch;
      this.running = this.running.then(() => this.write(batch));
    }
    for (const entry of puts) {
      this.batch.puts.add(entry);
      this.unwritten.add(entry);
    }
    for (const entry of deletes) {
      this.batch.puts.delete(entry);
      this.unwritten.delete(entry);
      this.batch.deletes.add(entry);
    }
    return this.running;
  }

  private async write(batch: Batch): Promise<void> {
    this.batch = null;
    const puts = [...batch.puts];
    const deletes = [...batch.deletes].filter((entry) => entry.stored.key !== undefined);
    if (puts.length + deletes.length === 0) return;
    // As they are now: what is folded while the disk works belongs to the next transaction. What is inside an entry
    // is replaced, never altered, so no deeper copy is needed: of thousands it would hold up the page.
    const contents = puts.map((entry) => ({ ...entry.stored }));
    try {
      const lost = new Set(
        await this.storage.write(
          contents,
          deletes.map((entry) => entry.stored),
        ),
      );
      puts.forEach((entry, i) => {
        entry.stored.key = contents[i]!.key!;
        if (!lost.has(entry.id)) this.written.set(entry, contents[i]!.mutation);
      });
      // What was taken back first: it lay over the rest.
      if (lost.size > 0) this.lost([...deletes, ...puts].filter((entry) => lost.has(entry.id)));
    } catch (thrown) {
      this.failed(thrown);
    }
    const again: ReadonlySet<Entry> = (this.batch as Batch | null)?.puts ?? new Set();
    for (const entry of puts) if (!again.has(entry)) this.unwritten.delete(entry);
  }
}
