import { realClock, type Clock } from "./clock.ts";
import { Database, whole, type Db } from "./database.ts";
import { Leases } from "./leaseDb.ts";
import { Heart } from "./leases.ts";
import { webLocks } from "./locks.ts";
import { gridsOf, type OutboxStorage, type StoredEntry, type Waiting } from "./storage.ts";
import { Subscribers } from "./subscribers.ts";
import { uuid7 } from "./uuid.ts";

const STRICT = { durability: "strict" } as const;

/** As long as a longer edit. It is taken away again in the same transaction, so nobody ever reads it. */
const PROBE: Omit<StoredEntry, "owner"> = {
  grid: "",
  mutation: { type: "update_record", mutation_id: "", id: "", fields: { probe: " ".repeat(4_096) } },
};

/** One by one the disk would idle, all at once they would hold up the page while they are cloned. */
const AT_ONCE = 100;

async function inTurns<T>(items: readonly T[], fn: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(fn));
}

/**
 * The outboxes of this browser profile in IndexedDB; each tab has one, held under the Web Lock `outbox:<tab>`, or
 * where Web Locks are missing by a lease.
 *
 * Entries of a tab whose lock is free, or whose lease has run out, are adopted. Such a tab may wake up again: what it
 * sent has its id, and what is another's by then is refused by `write`, so nothing is sent with two contents.
 */
export class IndexedDbStorage implements OutboxStorage {
  readonly durable = true;
  /** a new one at each load: "duplicate tab" copies whatever is kept */
  readonly owner = uuid7();
  private held: Promise<void> | null = null;
  private release = (): void => {};
  private probed: Promise<void> | null = null;
  /** tabs that are there, of which this one is to hear when they go */
  private readonly awaited = new Set<string>();
  private readonly leases: Leases;
  private readonly heart: Heart;
  private readonly listeners = new Subscribers<void>();

  constructor(
    private readonly database = new Database(),
    private readonly clock: Clock = realClock,
  ) {
    const leases = (this.leases = new Leases(database, this.owner));
    this.heart = new Heart({
      clock,
      renew: (until) => leases.renew(until),
      adopt: (now) => leases.adoptRunOut(now),
      moved: () => this.listeners.tell(),
    });
  }

  onMoved(fn: () => void): () => void {
    return this.listeners.add(fn);
  }

  /** The page is shown, or runs again: where it holds a lease, that may have run out meanwhile. */
  awake(): void {
    if (this.held !== null && webLocks() === undefined) this.heart.beat().catch(() => undefined);
  }

  /** The page is on its way out: the next one need not wait for its lease to run out. */
  async end(): Promise<void> {
    if (this.held === null || webLocks() !== undefined) return;
    this.heart.stop();
    await this.leases.end().catch(() => undefined); // it runs out by itself
  }

  /** Nothing more is written here: what is left is for whoever comes next, in this tab or another. */
  async close(): Promise<void> {
    await this.end();
    this.release();
  }

  async load(grid: string): Promise<StoredEntry[]> {
    const owners = new Set((await this.allOf(grid)).map((entry) => entry.owner));
    owners.delete(this.owner);
    const locks = webLocks();
    if (locks !== undefined) for (const owner of owners) await this.adopt(locks, owner);
    else if (owners.size > 0 && (await this.leases.adopt(this.clock.now()))) this.listeners.tell();
    return (await this.allOf(grid)).filter((entry) => entry.owner === this.owner);
  }

  probe(): Promise<void> {
    this.probed ??= this.database.withRoom(async () => {
      const tx = (await this.open()).transaction("outbox", "readwrite", STRICT);
      await whole(tx, async () => tx.store.delete(await tx.store.put({ ...PROBE, owner: this.owner })));
    });
    return this.probed;
  }

  async inherit(wanted: () => boolean): Promise<void> {
    const locks = webLocks();
    if (locks === undefined) return; // leases then, which run out
    for (const { owner } of await (await this.open()).getAll("outbox")) {
      if (owner === this.owner || this.awaited.has(owner)) continue;
      this.awaited.add(owner);
      const take = (): Promise<readonly StoredEntry[]> =>
        wanted() ? this.takeOver(owner, ({ kept }) => kept === undefined) : Promise.resolve([]);
      void locks
        .request(`outbox:${owner}`, take)
        .catch(() => []) // a disk that fails is told by what is to be written
        .then((left) => {
          this.awaited.delete(owner);
          if (left.length > 0) this.listeners.tell();
        });
    }
  }

  async grids(): Promise<Waiting> {
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

  /** Holds this tab's lock until the tab is gone, or keeps its lease alive; resolves when it is held. */
  private hold(): Promise<void> {
    const locks = webLocks();
    if (locks === undefined) return this.heart.beat();
    return new Promise((held, failed) => {
      const released = new Promise<void>((release) => (this.release = release));
      locks.request(`outbox:${this.owner}`, () => (held(), released)).catch(failed);
    });
  }

  /** Takes over what a tab left that is gone, as this tab's own. */
  private async adopt(locks: LockManager, owner: string): Promise<void> {
    await locks.request(`outbox:${owner}`, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await this.takeOver(owner);
    });
  }

  private async takeOver(
    owner: string,
    wanted: (entry: StoredEntry) => boolean = () => true,
  ): Promise<readonly StoredEntry[]> {
    const tx = (await this.open()).transaction("outbox", "readwrite", STRICT);
    const left = (await tx.store.getAll()).filter((entry) => entry.owner === owner && wanted(entry));
    const taken = left.map((entry) => ({ ...entry, owner: this.owner }));
    for (const entry of taken) await tx.store.put(entry);
    await tx.done;
    return taken;
  }
}
