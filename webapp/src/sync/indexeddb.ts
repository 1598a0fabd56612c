import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { gridsOf, type OutboxStorage, type StoredEntry } from "./storage.ts";
import { uuid7 } from "./uuid.ts";

interface Schema extends DBSchema {
  outbox: { key: number; value: StoredEntry; indexes: { grid: string } };
}

const STRICT = { durability: "strict" } as const;

/** One by one the disk would idle, all at once they would hold up the page while they are cloned. */
const AT_ONCE = 100;

async function inTurns<T>(items: readonly T[], fn: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(fn));
}

/** What `navigator.locks` is on plain HTTP other than localhost: not there. */
const webLocks = (): LockManager | undefined => (navigator as { readonly locks?: LockManager }).locks;

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
  private opened: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(private readonly name = "tandem") {}

  async load(grid: string): Promise<StoredEntry[]> {
    const db = await this.open();
    const owners = new Set((await db.getAllFromIndex("outbox", "grid", grid)).map((entry) => entry.owner));
    owners.delete(this.owner);
    for (const owner of owners) await this.adopt(owner);
    const all = await db.getAllFromIndex("outbox", "grid", grid);
    return all.filter((entry) => entry.owner === this.owner);
  }

  async unsent(): Promise<readonly string[]> {
    const all = await (await this.open()).getAll("outbox");
    return gridsOf(all);
  }

  async write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    const tx = (await this.open()).transaction("outbox", "readwrite", STRICT);
    const lost: string[] = [];
    const mine = async (entry: StoredEntry): Promise<boolean> => {
      if (entry.key === undefined) return true;
      const held = await tx.store.get(entry.key);
      if (held === undefined ? this.isSafe : held.owner === this.owner) return true;
      lost.push(entry.mutation.mutation_id);
      return false;
    };
    await inTurns(puts, async (entry) => {
      if (await mine(entry)) entry.key = await tx.store.put(entry);
    });
    await inTurns(deletes, async (entry) => {
      if (await mine(entry)) await tx.store.delete(entry.key!);
    });
    await tx.done;
    return lost;
  }

  /** No tab can have adopted ours while we hold our lock: what is missing was cleared by the user or the browser. */
  private get isSafe(): boolean {
    return webLocks() !== undefined;
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    this.opened ??= this.hold().then(() =>
      openDB<Schema>(this.name, 1, {
        upgrade(db) {
          const outbox = db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
          outbox.createIndex("grid", "grid");
        },
        terminated: () => (this.opened = null), // cleared by the user, or by the browser for want of space
      }),
    );
    this.opened.catch(() => (this.opened = null)); // told to whoever asked; the next one tries again
    return this.opened;
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
