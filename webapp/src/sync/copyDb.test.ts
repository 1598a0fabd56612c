import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IndexedDbCopies } from "./copyDb.ts";
import { planOf, type CopyHead, type CopyState, type Line } from "./copyStorage.ts";
import { Database } from "./database.ts";

const DAY = 24 * 3600 * 1000;
const NOW = 100 * DAY;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function stateOf(revision: number, more: Partial<CopyState> = {}, id = "grid"): CopyState {
  const grid = { id, title: "Grid", definition: 1, fields: [] };
  return { grid, epoch: "e1", revision, digest: revision, count: revision, seenAt: NOW, ...more };
}

function linesOf(count: number): Line[] {
  return Array.from({ length: count }, (_, n) => ({ id: `r${n}`, version: n + 1, fields: { x: n } }));
}

async function read(
  copies: IndexedDbCopies,
  grid = "grid",
): Promise<{ head: CopyHead | null; lines: Line[] }> {
  const lines: Line[] = [];
  const head = await copies.read(grid, (some) => lines.push(...some));
  return { head, lines };
}

describe("copies in IndexedDB", () => {
  test("come back whole and in order, over many blocks, and what was added after them", async () => {
    const copies = new IndexedDbCopies(new Database());
    const lines = linesOf(1_234);
    await copies.replace(stateOf(1_234), lines);
    const held = await copies.head("grid");
    const added = [{ id: "r3", version: 1_235, fields: null }];
    expect(await copies.append(stateOf(1_235), added, held!)).toBe(true);
    const found = await read(copies);
    expect(found.lines).toEqual([...lines, ...added]);
    expect(found.head).toMatchObject({ revision: 1_235, blocks: 4, lines: 1_235 });
    expect((await read(copies, "other")).head).toBeNull();
  });

  test("are replaced whole: no block of a longer one is left", async () => {
    const database = new Database();
    const copies = new IndexedDbCopies(database);
    await copies.replace(stateOf(1_234), linesOf(1_234));
    await copies.replace(stateOf(9), linesOf(9));
    expect((await read(copies)).lines).toEqual(linesOf(9));
    expect(await (await database.open()).count("blocks")).toBe(1);
  });

  test("are not added to when another tab has written meanwhile", async () => {
    const copies = new IndexedDbCopies(new Database());
    await copies.replace(stateOf(5), linesOf(5));
    const held = await copies.head("grid");
    expect(await copies.append(stateOf(6), linesOf(1), held!)).toBe(true);
    expect(await copies.append(stateOf(7), linesOf(1), held!)).toBe(false);
    expect((await copies.head("grid"))?.revision).toBe(6);
  });

  test("R5: records and revision are one: of a write that fails half-way nothing is there", async () => {
    const copies = new IndexedDbCopies(new Database());
    await copies.replace(stateOf(700), linesOf(700));
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value, key) {
      if (Array.isArray(key) && key[1] === 2) throw new Error("the tab is gone");
      return put.call(this, value, key);
    });
    await expect(copies.replace(stateOf(1_500, { epoch: "e2" }), linesOf(1_500))).rejects.toThrow("gone");
    const found = await read(copies);
    expect(found.head).toMatchObject({ epoch: "e1", revision: 700 });
    expect(found.lines).toEqual(linesOf(700));
  });

  test("of which a block is missing are an error, not a shorter copy", async () => {
    const database = new Database();
    const copies = new IndexedDbCopies(database);
    await copies.replace(stateOf(700), linesOf(700));
    await (await database.open()).delete("blocks", ["grid", 1]);
    await expect(read(copies)).rejects.toThrow("block 1 of 2");
  });

  test("are not there for another key", async () => {
    const database = new Database();
    let key = 1;
    const copies = new IndexedDbCopies(database, () => key);
    await copies.replace(stateOf(5), linesOf(5));
    key = 2;
    expect(await copies.head("grid")).toBeNull();
    expect(await read(copies)).toEqual({ head: null, lines: [] });
    await copies.replace(stateOf(3), linesOf(3));
    expect((await read(copies)).lines).toEqual(linesOf(3));
    key = 1;
    expect(await copies.head("grid")).toBeNull();
  });

  test("that nobody has looked at for 30 days go, and the oldest of more than ten, with their blocks", async () => {
    const database = new Database();
    const copies = new IndexedDbCopies(database);
    await copies.replace(stateOf(1, { seenAt: NOW - 31 * DAY }, "old"), linesOf(1));
    for (let n = 0; n < 12; n++)
      await copies.replace(stateOf(1, { seenAt: NOW - n * DAY }, `g${n}`), linesOf(1));
    await copies.tidy(NOW);
    const db = await database.open();
    const left = Array.from({ length: 10 }, (_, n) => `g${n}`);
    expect(await db.getAllKeys("copies")).toEqual(left);
    expect(await db.getAllKeys("blocks")).toEqual(left.map((grid) => [grid, 0]));
  });

  test("are written by the tab that has the Web Lock of their grid; the next one waits, or gives up", async () => {
    const asked: { name: string; signal: AbortSignal; run: () => Promise<void> }[] = [];
    const request = (name: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>) => {
      asked.push({ name, signal, run });
      return new Promise(() => {});
    };
    vi.stubGlobal("navigator", { locks: { request } });
    const copies = new IndexedDbCopies(new Database());
    const granted = vi.fn<() => void>();
    const release = copies.claim("grid", granted);
    const giveUp = copies.claim("grid", granted);
    expect(asked.map(({ name }) => name)).toEqual(["tandem replica:grid", "tandem replica:grid"]);
    await Promise.resolve();
    expect(granted).not.toHaveBeenCalled();
    const held = asked[0]!.run();
    expect(granted).toHaveBeenCalledOnce();
    release();
    await held; // the lock is free only now
    giveUp();
    expect(asked[1]!.signal.aborted).toBe(true);
  });

  test("are written by any tab where there are no Web Locks, until it lets go", async () => {
    const copies = new IndexedDbCopies(new Database());
    const granted = vi.fn<() => void>();
    copies.claim("grid", granted)();
    const release = copies.claim("grid", granted);
    await Promise.resolve();
    expect(granted).toHaveBeenCalledOnce();
    release();
  });
});

describe("what to write", () => {
  const held: CopyHead = { ...stateOf(5), access: 0, blocks: 1, lines: 5 };

  test.each([
    ["whole", "nothing lies there", null, stateOf(5), 5],
    ["nothing", "it lies there", held, stateOf(5), 5],
    ["append", "the definition is another", held, stateOf(5, { grid: { ...held.grid, definition: 2 } }), 5],
    ["append", "it was last seen long ago", held, stateOf(5, { seenAt: NOW + DAY }), 5],
    ["append", "all changes since are known", held, stateOf(8), 5],
    ["append", "more changes are known", held, stateOf(8), 2],
    ["whole", "not all changes are known", held, stateOf(8), 6],
    ["whole", "nobody knows what has changed", held, stateOf(8), null],
    ["whole", "R13: it is not what lies there", held, stateOf(5, { digest: 1 }), null],
    ["whole", "R9: another epoch", held, stateOf(8, { epoch: "e2" }), 5],
    ["nothing", "another tab is ahead", held, stateOf(4), 3],
    ["whole", "much has been added", { ...held, lines: 5_000 }, stateOf(8), 5],
    ["whole", "it lies in many pieces", { ...held, blocks: 500 }, stateOf(8), 5],
  ] as const)("%s: %s", (plan, _why, lying, state, base) => {
    expect(planOf(lying, state, base, 1)).toBe(plan);
  });
});
