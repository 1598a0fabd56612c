import type { OutboxStorage, StoredEntry } from "./storage.ts";

/** A disk in memory, shared by the outboxes of one browser profile: for tests, and where there is no other. */
export class MemoryDisk {
  readonly entries = new Map<number, StoredEntry>();
  private lastKey = 0;

  nextKey(): number {
    return ++this.lastKey;
  }
}

export class MemoryStorage implements OutboxStorage {
  readonly durable = false;

  constructor(
    readonly owner = "memory",
    private readonly disk = new MemoryDisk(),
  ) {}

  async load(grid: string): Promise<StoredEntry[]> {
    const found = [...this.disk.entries.values()].filter((entry) => entry.grid === grid);
    for (const entry of found) entry.owner = this.owner;
    return structuredClone(found);
  }

  async write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const entry of [...puts, ...deletes]) {
      const held = entry.key === undefined ? entry : this.disk.entries.get(entry.key);
      if (held?.owner !== this.owner) lost.push(entry.mutation.mutation_id);
    }
    for (const entry of puts.filter((entry) => !lost.includes(entry.mutation.mutation_id))) {
      entry.key ??= this.disk.nextKey();
      this.disk.entries.set(entry.key, structuredClone(entry));
    }
    for (const entry of deletes) if (!lost.includes(entry.mutation.mutation_id)) this.disk.entries.delete(entry.key!);
    return lost;
  }
}
