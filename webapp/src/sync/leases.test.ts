import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Database } from "./database.ts";
import { IndexedDbStorage } from "./indexeddb.ts";
import { LEASE_MS } from "./leases.ts";
import { TabTime, Timeline } from "./simulation/timeline.ts";
import type { StoredEntry } from "./storage.ts";
import { bench, GRID, joined } from "./testkit.ts";

let time: Timeline;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal("navigator", {}); // plain HTTP: no Web Locks
  time = new Timeline(1);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

interface Tab {
  readonly storage: IndexedDbStorage;
  readonly time: TabTime;
  /** told that mutations have changed hands */
  readonly moved: () => number;
}

function open(): Tab {
  const own = new TabTime(time);
  const storage = new IndexedDbStorage(new Database(), own);
  const moved = vi.fn();
  storage.onMoved(moved);
  return { storage, time: own, moved: () => moved.mock.calls.length };
}

function entry({ storage }: Tab, id: string): StoredEntry {
  return { owner: storage.owner, grid: GRID, mutation: { type: "delete_record", mutation_id: id, id: "a" } };
}

const idsOf = async ({ storage }: Tab): Promise<string[]> =>
  (await storage.load(GRID)).map(({ mutation }) => mutation.mutation_id);

/** Virtual time and the fake disk's own tasks both go on. */
async function pass(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 5_000) {
    await time.pass(5_000, () => undefined);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function rows(): Promise<Record<string, number>> {
  const db = await openDB("tandem");
  const leases = (await db.getAll("leases")) as { owner: string; until: number }[];
  db.close();
  return Object.fromEntries(leases.map(({ owner, until }) => [owner, until]));
}

describe("R10: without Web Locks an outbox is held by a lease", () => {
  test("of a tab that lives it is never taken over, also where a timer runs once a minute only", async () => {
    const first = open();
    await first.storage.write([entry(first, "m1")], []);
    const second = open();
    expect(await idsOf(second)).toEqual([]);
    for (let minute = 0; minute < 30; minute++) {
      first.time.freeze();
      await pass(60_000);
      first.time.thaw();
      await pass(5_000);
    }
    expect(await idsOf(second)).toEqual([]);
    expect(await idsOf(first)).toEqual(["m1"]);
    expect([first.moved(), second.moved()]).toEqual([0, 0]);
  });

  test("of a tab that is gone it is taken over when the lease has run out, not before, and told", async () => {
    const first = open();
    await first.storage.write([entry(first, "m1")], []);
    first.time.close();
    const second = open();
    expect(await idsOf(second)).toEqual([]);
    await pass(LEASE_MS - 20_000);
    expect(second.moved()).toBe(0);
    await pass(60_000);
    expect(second.moved()).toBe(1);
    expect(await idsOf(second)).toEqual(["m1"]);
    expect(Object.keys(await rows())).toEqual([second.storage.owner]);
  });

  test("of a tab that was closed it is there for the next one at once", async () => {
    const first = open();
    await first.storage.write([entry(first, "m1")], []);
    await first.storage.end();
    expect(await idsOf(open())).toEqual(["m1"]);
  });

  test("a tab that wakes hears what it has lost, writes nothing of it, and goes on with what is new", async () => {
    const first = open();
    const mine = entry(first, "m1");
    await first.storage.write([mine], []);
    first.time.freeze();
    const second = open();
    await idsOf(second);
    await pass(LEASE_MS + 60_000);
    expect(await idsOf(second)).toEqual(["m1"]);
    first.storage.awake(); // the page is shown again
    await pass(5_000);
    expect(first.moved()).toBe(1);
    expect(await idsOf(first)).toEqual([]);
    expect(await first.storage.write([{ ...mine, sentAt: 1 }, entry(first, "m2")], [])).toEqual(["m1"]);
    expect(await first.storage.write([], [mine])).toEqual(["m1"]);
    expect(await idsOf(first)).toEqual(["m2"]);
    expect(await second.storage.load(GRID)).toMatchObject([{ mutation: { mutation_id: "m1" } }]);
    expect((await second.storage.load(GRID))[0]?.sentAt).toBeUndefined();
  });

  test("a page that comes back after it had given back its lease holds one again", async () => {
    const first = open();
    await first.storage.write([entry(first, "m1")], []);
    await first.storage.end();
    first.storage.awake(); // from the browser's back-forward cache
    await pass(5_000);
    expect((await rows())[first.storage.owner]).toBeGreaterThan(time.now());
    expect(await idsOf(open())).toEqual([]);
  });

  test("what a release without leases left is taken over at once", async () => {
    const before = await openDB("tandem", 2, {
      upgrade(db) {
        db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true }).createIndex("grid", "grid");
        db.createObjectStore("copies");
        db.createObjectStore("blocks");
      },
    });
    await before.add("outbox", { owner: "gone", grid: GRID, mutation: { mutation_id: "m1" } });
    before.close();
    expect(await idsOf(open())).toEqual(["m1"]);
  });
});

describe("R10: two tabs", () => {
  test("one that crashed is sent by the other, before its own, and shown there meanwhile", async () => {
    const first = open();
    const one = await bench(first.storage, undefined, undefined, time);
    one.replica.add({ x: 1 });
    await pass(5_000);
    first.time.close();
    const second = open();
    const two = await bench(second.storage, undefined, undefined, time);
    await pass(5_000);
    two.replica.add({ x: 2 });
    expect(two.replica.count).toBe(1);
    await pass(LEASE_MS + 60_000);
    expect(two.replica.count).toBe(2);
    await two.wire.setLive(true);
    await two.wire.take("join_grid").answer(joined([]));
    await pass(5_000);
    expect(two.wire.mutations().mutations).toMatchObject([{ fields: { x: 1 } }, { fields: { x: 2 } }]);
  });

  test.each([
    ["made", false],
    ["read", true],
  ])("what a sleeping tab's user altered of what it had %s is asked for behind that", async (_, isRead) => {
    const before = open();
    const first = isRead ? open() : before;
    const zero = await bench(before.storage, undefined, undefined, time);
    zero.replica.update("a", { x: 2 }, { x: 1 });
    zero.replica.update("b", { x: 2 }, { x: 1 });
    const added = zero.replica.add({ x: 7 });
    await pass(5_000);
    if (isRead) await before.storage.end();
    const one = isRead ? await bench(first.storage, undefined, undefined, time) : zero;
    await pass(5_000);
    first.time.freeze();
    const second = open();
    await idsOf(second);
    await pass(LEASE_MS + 60_000);
    expect(await idsOf(second)).toHaveLength(3);
    first.time.thaw(); // and its user is faster than anything that could tell it:
    one.replica.update("a", { x: 3 }, { x: 2 });
    one.replica.update("b", { x: 1 }, { x: 2 });
    one.replica.update(added, { y: 8 }, {});
    await pass(5_000);
    const mine = (await first.storage.load(GRID)).map(({ mutation }) => mutation);
    expect(mine).toMatchObject([
      { type: "update_record", id: "b", fields: { x: 1 }, was: { x: 2 } },
      { type: "update_record", id: "a", fields: { x: 3 }, was: { x: 2 } },
      { type: "update_record", id: added, fields: { y: 8 }, was: { y: null } },
    ]);
    expect(await second.storage.load(GRID)).toMatchObject([
      { mutation: { id: "a", fields: { x: 2 } } },
      { mutation: { id: "b", fields: { x: 2 } } },
      { mutation: { id: added, fields: { x: 7 } } },
    ]);
  });
});

test("a page of an earlier release that does not let go of the database is told, not waited for", async () => {
  const old = await openDB("tandem", 2, { upgrade: (db) => void db.createObjectStore("outbox") });
  const { storage } = open();
  await expect(storage.load(GRID)).rejects.toThrow("an older version of this page is open in another tab");
  old.close();
});
