import { Database, whole, type Db } from "./database.ts";
import { webLocks } from "./locks.ts";
import { gridsOf, type OutboxStorage, type StoredEntry } from "./storage.ts";
import { uuid7 } from "./uuid.ts";

const STRICT = { durability: "strict" } as const;

/** One by one the disk would idle, all at once they would hold up the page while they are cloned. */
const AT_ONCE = 100;

async function inTurns<T>(items: readonly T[], fn: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(fn));
}

/**
 * The outboxes of this browser profile in IndexedDB; each tab has one, held under the Web Lock `outbox:<tab>`.
 *
 * Entries of a tab whose lock is free are adopted. Where Web Locks are missing all are: what was sent has its id,
 * and what another tab still holds as its own is refused there by `write`, so nothing is sent with two contents.
 */
export class IndexedDbStorage implements OutboxStorage {
  readonly durable = true;
  /** a new one at each load: "duplicate tab" copies whatever is kept */
  readonly owner = uuid7();
  private held: Promise<void> | null = null;

  constructor(private readonly database = new Database()) {}

  async load(grid: string): Promise<StoredEntry[]> {
    const owners = new Set((await this.allOf(grid)).map((entry) => entry.owner));
    owners.delete(this.owner);
    for (const owner of owners) await this.adopt(owner);
    return (await this.allOf(grid)).filter((entry) => entry.owner === this.owner);
  }

  async unsent(): Promise<readonly string[]> {
    return gridsOf(await (await this.open()).getAll("outbox"));
  }

  write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    return this.database.withRoom(() => this.writeOnce(puts, deletes));
  }

  private async writeOnce(
    puts: readonly StoredEntry[],
    deletes: readonly StoredEntry[],
  ): Promise<readonly string[]> {
    const tx = (await this.open()).transaction("outbox", "readwrite", STRICT);
    const lost: string[] = [];
    const keys = new Map<StoredEntry, number>();
    const mine = async (entry: StoredEntry): Promise<boolean> => {
      if (entry.key === undefined) return true;
      const held = await tx.store.get(entry.key);
      if (held === undefined ? this.isSafe : held.owner === this.owner) return true;
      lost.push(entry.mutation.mutation_id);
      return false;
    };
    await whole(tx, async () => {
      await inTurns(puts, async (entry) => {
        if (await mine(entry)) keys.set(entry, await tx.store.put(entry));
      });
      await inTurns(deletes, async (entry) => {
        if (await mine(entry)) await tx.store.delete(entry.key!);
      });
    });
    for (const [entry, key] of keys) entry.key = key; // not before: what is undone has none
    return lost;
  }

  /** No tab can have adopted ours while we hold our lock: what is missing was cleared by the user or the browser. */
  private get isSafe(): boolean {
    return webLocks() !== undefined;
  }

  private async open(): Promise<Db> {
    this.held ??= this.hold();
    this.held.catch(() => (this.held = null));
    await this.held;
    return this.database.open();
  }

  private async allOf(grid: string): Promise<StoredEntry[]> {
    return (await this.open()).getAllFromIndex("outbox", "grid", grid);
  }

  /** Holds this tab's lock until the tab is gone; resolves when it is held. */
  private hold(): Promise<void> {
    const locks = webLocks();
    if (locks === undefined) return Promise.resolve();
    return new Promise((held, failed) => {
      const forever = new Promise<never>(() => {});
      locks.request(`outbox:${this.owner}`, () => (held(), forever)).catch(failed);
    });
  }

  /** Takes over what a tab left that is gone, as this tab's own. */
  private async adopt(owner: string): Promise<void> {
    const locks = webLocks();
    if (locks === undefined) return this.takeOver(owner);
    await locks.request(`outbox:${owner}`, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await this.takeOver(owner);
    });
  }

  private async takeOver(owner: string): Promise<void> {
    const tx = (await this.open()).transaction("outbox", "readwrite", STRICT);
    for (const entry of await tx.store.getAll()) {
      if (entry.owner === owner) await tx.store.put({ ...entry, owner: this.owner });
    }
    await tx.done;
  }
}
