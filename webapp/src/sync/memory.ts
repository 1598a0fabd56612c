import { gridsOf, type OutboxStorage, type StoredEntry, type Waiting } from "./storage.ts";

/** A disk in memory, shared by the outboxes of one browser profile. */
export class MemoryDisk {
  /** by key, in key order */
  readonly entries = new Map<number, StoredEntry>();
  private lastKey = 0;

  nextKey(): number {
    return ++this.lastKey;
  }
}

/** An outbox without a disk: nothing outlives the page, or the program. */
export class MemoryStorage implements OutboxStorage {
  readonly durable = false;

  constructor(
    readonly owner = "memory",
    private readonly disk = new MemoryDisk(),
    /** whether the outbox of another tab may be adopted */
    private readonly isOrphan: (owner: string) => boolean = () => true,
    /** nobody else can have taken over what is not there: it was cleared */
    private readonly isSafe = false,
  ) {}

  async load(grid: string): Promise<StoredEntry[]> {
    return this.loadNow(grid);
  }

  async probe(): Promise<void> {}

  async inherit(): Promise<void> {}

  async grids(): Promise<Waiting> {
    return gridsOf(this.disk.entries.values());
  }

  async write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    return this.writeNow(puts, deletes);
  }

  onMoved(): () => void {
    return () => {};
  }

  loadNow(grid: string): StoredEntry[] {
    const found = [...this.disk.entries.values()].filter((entry) => entry.grid === grid);
    const mine = found.filter(({ owner }) => owner === this.owner || this.isOrphan(owner));
    for (const entry of mine) entry.owner = this.owner;
    return structuredClone(mine);
  }

  writeNow(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): readonly string[] {
    const isLost = ({ key }: StoredEntry): boolean => {
      const held = key === undefined ? undefined : this.disk.entries.get(key);
      if (held === undefined) return key !== undefined && !this.isSafe;
      return held.owner !== this.owner;
    };
    const lost = [...puts, ...deletes].filter(isLost).map((entry) => entry.mutation.mutation_id);
    for (const entry of puts.filter((entry) => !isLost(entry))) {
      entry.key ??= this.disk.nextKey();
      this.disk.entries.set(entry.key, structuredClone(entry));
    }
    for (const entry of deletes.filter((entry) => !isLost(entry))) this.disk.entries.delete(entry.key!);
    return lost;
  }
}
