import { whole, type Database } from "./database.ts";

const STORES = ["leases", "outbox"] as const;

/** A tab's lease of its outbox in IndexedDB, and those of others. */
export class Leases {
  /** it was there once, so that it is known what it means when it is not */
  private wasHeld = false;

  constructor(
    private readonly database: Database,
    private readonly owner: string,
  ) {}

  /** Makes ours last until then. False: it is gone, for somebody has taken over what was ours. */
  async renew(until: number): Promise<boolean> {
    const tx = (await this.database.open()).transaction("leases", "readwrite");
    const isThere = await whole(tx, async () => {
      const held = await tx.store.getKey(this.owner);
      await tx.store.put({ owner: this.owner, until });
      return held !== undefined;
    });
    const isOurs = isThere || !this.wasHeld;
    this.wasHeld = true;
    return isOurs;
  }

  /** Gives it back: what is left may be taken over at once. */
  async end(): Promise<void> {
    const tx = (await this.database.open()).transaction("leases", "readwrite");
    await whole(tx, () => {
      const put = tx.store.put({ owner: this.owner, until: 0 });
      tx.commit(); // by itself it would be committed when the answer comes, and nobody is there to get it
      return put;
    });
  }

  /** Makes ours what others left whose leases have run out, in one transaction. Whether there was any. */
  async adoptRunOut(now: number): Promise<boolean> {
    const leases = await (await this.database.open()).getAll("leases");
    return leases.some(({ until }) => until < now) && this.adopt(now);
  }

  /** The same, and what has no lease at all: a release before this one left it. */
  async adopt(now: number): Promise<boolean> {
    const tx = (await this.database.open()).transaction(STORES, "readwrite", { durability: "strict" });
    return whole(tx, async () => {
      const leases = await tx.objectStore("leases").getAll();
      const held = new Set(leases.filter(({ until }) => until >= now).map(({ owner }) => owner));
      held.add(this.owner);
      const left = (await tx.objectStore("outbox").getAll()).filter(({ owner }) => !held.has(owner));
      for (const entry of left) await tx.objectStore("outbox").put({ ...entry, owner: this.owner });
      for (const { owner } of leases) if (!held.has(owner)) await tx.objectStore("leases").delete(owner);
      return left.length > 0;
    });
  }
}
