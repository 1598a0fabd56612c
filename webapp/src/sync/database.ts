import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import { isFull, type CopyHead } from "./copyStorage.ts";
import type { Lease } from "./leases.ts";
import type { StoredEntry } from "./storage.ts";

interface Schema extends DBSchema {
  outbox: { key: number; value: StoredEntry; indexes: { grid: string } };
  /** by grid */
  copies: { key: string; value: CopyHead };
  /** the lines of a copy as JSON: an object each would take the browser several times as long */
  blocks: { key: [grid: string, place: number]; value: string };
  /** by owner, where Web Locks are missing */
  leases: { key: string; value: Lease };
}

export type Db = IDBPDatabase<Schema>;
type Tx = IDBPTransaction<Schema, StoreNames<Schema>[], "readwrite">;

/** The stores grow by a number each; what lies in older ones is left as it is. */
const VERSION = 3;

const HELD = "an older version of this page is open in another tab. Close that tab.";

/** The database of this browser profile, opened when it is needed, and again when it was closed. */
export class Database {
  /** There was no room once: from then on it belongs to the outbox, as long as the page lives. */
  full = false;
  private opened: Promise<Db> | null = null;

  constructor(readonly name = "tandem") {}

  open(): Promise<Db> {
    this.opened ??= this.connect();
    this.opened.catch(() => (this.opened = null)); // told to whoever asked; the next one tries again
    return this.opened;
  }

  /** Writes for the outbox. Where there is no room, the copies of records make it: they can be fetched again. */
  async withRoom<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown;
      this.full = true;
      const tx = (await this.open()).transaction(["copies", "blocks"], "readwrite");
      await whole(tx, () =>
        Promise.all([tx.objectStore("copies").clear(), tx.objectStore("blocks").clear()]),
      );
      return write();
    }
  }

  private async connect(): Promise<Db> {
    try {
      return await this.at(VERSION);
    } catch (thrown) {
      // A page of a later release has it open already; the outbox, which matters, is where it was.
      if (thrown instanceof Error && thrown.name === "VersionError") return this.at(undefined);
      throw thrown;
    }
  }

  private at(version: number | undefined): Promise<Db> {
    return new Promise((resolve, reject) => {
      // A page of an earlier release does not let go. Nobody is to wait for it without a word; later it may be gone.
      this.openAt(version, () => reject(new Error(HELD))).then(resolve, reject);
    });
  }

  private openAt(version: number | undefined, blocked: () => void): Promise<Db> {
    return openDB<Schema>(this.name, version, {
      blocked,
      upgrade(db, from) {
        if (from < 1) {
          const outbox = db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
          outbox.createIndex("grid", "grid");
        }
        if (from < 2) {
          db.createObjectStore("copies");
          db.createObjectStore("blocks");
        }
        if (from < 3) db.createObjectStore("leases", { keyPath: "owner" });
      },
      // A page of a later release waits for this one: what is being written comes to its end first.
      blocking: (_version, _later, event) => {
        this.opened = null;
        (event.target as IDBDatabase).close();
      },
      terminated: () => (this.opened = null), // cleared by the user, or by the browser for want of space
    });
  }
}

/** All of it or nothing, also where `work` fails between two requests. Rejects with the transaction's own reason. */
export async function whole<T>(tx: Pick<Tx, "done" | "abort">, work: () => Promise<T>): Promise<T> {
  const working = work().catch((thrown: unknown) => {
    abort(tx);
    throw thrown;
  });
  const [worked, done] = await Promise.allSettled([working, tx.done]);
  if (done.status === "rejected" && isFull(done.reason)) throw done.reason;
  if (worked.status === "rejected") throw worked.reason;
  if (done.status === "rejected") throw done.reason;
  return worked.value;
}

function abort(tx: Pick<Tx, "abort">): void {
  try {
    tx.abort();
  } catch {
    // it is over already, which is why `work` has failed
  }
}
