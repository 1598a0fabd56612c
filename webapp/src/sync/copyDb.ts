import {
  isSame,
  outlived,
  type CopyHead,
  type CopyState,
  type CopyStorage,
  type Line,
} from "./copyStorage.ts";
import { whole, type Database, type Db } from "./database.ts";
import type { PageEntry } from "../protocol.ts";
import { webLocks } from "./locks.ts";

/** Lines in a text: some milliseconds to make or read, the same for a grid of any size. */
const BLOCK = 500;
const STORES = ["copies", "blocks"] as const;

const NO_ROOM = "QuotaExceededError";

/** Copies of confirmed records in IndexedDB, written by the tab that has the Web Lock `tandem replica:<grid>`. */
export class IndexedDbCopies implements CopyStorage {
  constructor(
    private readonly database: Database,
    /** what the key of the link is, as a number */
    private readonly access: () => number = () => 0,
  ) {}

  async head(grid: string): Promise<CopyHead | null> {
    return this.mine(await (await this.database.open()).get("copies", grid));
  }

  async read(grid: string, each: (lines: readonly Line[], head: CopyHead) => void): Promise<CopyHead | null> {
    // One transaction, so that what is written meanwhile does not mix with it.
    const tx = (await this.database.open()).transaction(STORES);
    const head = this.mine(await tx.objectStore("copies").get(grid));
    const blocks = tx.objectStore("blocks");
    const places = Array.from({ length: head?.blocks ?? 0 }, (_, place) => place);
    let coming = blocks.get([grid, 0]);
    for (const place of places) {
      const text = await coming;
      coming = blocks.get([grid, place + 1]); // the disk works while the page reads
      if (text === undefined) throw new Error(`block ${place} of ${places.length} is missing`);
      each((JSON.parse(text) as PageEntry[]).map(toLine), head!);
    }
    await coming;
    await tx.done;
    return head;
  }

  async replace(state: CopyState, lines: readonly Line[]): Promise<void> {
    this.checkRoom();
    const tx = (await this.database.open()).transaction(STORES, "readwrite");
    await whole(tx, async () => {
      const blocks = tx.objectStore("blocks");
      await blocks.delete(allOf(state.grid.id));
      const count = await this.put(blocks, state.grid.id, 0, lines);
      await tx.objectStore("copies").put(this.headOf(state, count, lines.length), state.grid.id);
    });
  }

  async append(state: CopyState, lines: readonly Line[], over: CopyHead): Promise<boolean> {
    this.checkRoom();
    const tx = (await this.database.open()).transaction(STORES, "readwrite");
    return whole(tx, async () => {
      const held = this.mine(await tx.objectStore("copies").get(state.grid.id));
      if (held === null || !isSame(held, over) || held.blocks !== over.blocks) return false;
      const count = await this.put(tx.objectStore("blocks"), state.grid.id, held.blocks, lines);
      const head = this.headOf(state, held.blocks + count, held.lines + lines.length);
      await tx.objectStore("copies").put(head, state.grid.id);
      return true;
    });
  }

  async drop(grid: string): Promise<void> {
    await this.dropAll(await this.database.open(), () => Promise.resolve([grid]));
  }

  async tidy(now: number): Promise<void> {
    const db = await this.database.open();
    if (outlived(await db.getAll("copies"), now).length === 0) return;
    await this.dropAll(db, async (copies) => outlived(await copies(), now));
  }

  /** Where Web Locks are missing any tab writes: `append` judges what is there, so they only do the same work. */
  claim(grid: string, granted: () => void): () => void {
    const locks = webLocks();
    const waiting = new AbortController();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    if (locks === undefined) queueMicrotask(() => !waiting.signal.aborted && granted());
    else {
      const hold = (): Promise<void> => (granted(), released);
      // Without the lock another tab writes, or none: nothing that anybody has to be told.
      locks
        .request(`${this.database.name} replica:${grid}`, { signal: waiting.signal }, hold)
        .catch(() => undefined);
    }
    return () => {
      waiting.abort();
      release();
    };
  }

  private mine(head: CopyHead | undefined): CopyHead | null {
    return head?.access === this.access() ? head : null;
  }

  private headOf(state: CopyState, blocks: number, lines: number): CopyHead {
    return { ...state, access: this.access(), blocks, lines };
  }

  /** One after another: in between the page goes on. Returns how many. */
  private async put(blocks: Blocks, grid: string, from: number, lines: readonly Line[]): Promise<number> {
    let count = 0;
    for (let i = 0; i < lines.length; i += BLOCK) {
      const entries = lines.slice(i, i + BLOCK).map(toEntry);
      await blocks.put(JSON.stringify(entries), [grid, from + count]);
      count += 1;
    }
    return count;
  }

  private async dropAll(
    db: Db,
    choose: (copies: () => Promise<CopyHead[]>) => Promise<readonly string[]>,
  ): Promise<void> {
    const tx = db.transaction(STORES, "readwrite");
    await whole(tx, async () => {
      for (const grid of await choose(() => tx.objectStore("copies").getAll())) {
        await tx.objectStore("copies").delete(grid);
        await tx.objectStore("blocks").delete(allOf(grid));
      }
    });
  }

  private checkRoom(): void {
    if (this.database.full) throw new DOMException("The disk is full.", NO_ROOM);
  }
}

interface Blocks {
  put(value: string, key: [string, number]): Promise<unknown>;
}

function allOf(grid: string): IDBKeyRange {
  return IDBKeyRange.bound([grid, 0], [grid, Infinity]);
}

function toEntry({ id, version, fields }: Line): PageEntry {
  return [id, version, fields];
}

function toLine([id, version, fields]: PageEntry): Line {
  return { id, version, fields };
}
