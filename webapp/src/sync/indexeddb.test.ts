import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IndexedDbStorage } from "./indexeddb.ts";
import type { StoredEntry } from "./storage.ts";
import { Locks } from "./testkit.ts";

let locks: Locks;
let strict: (string | undefined)[];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  locks = new Locks();
  vi.stubGlobal("navigator", { locks });
  strict = [];
  const transaction = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
    this: IDBDatabase,
    names,
    mode,
    options,
  ) {
    if (mode === "readwrite") strict.push(options?.durability);
    return transaction.call(this, names, mode, options);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function entry(storage: IndexedDbStorage, id: string, grid = "grid"): StoredEntry {
  return { owner: storage.owner, grid, mutation: { type: "delete_record", mutation_id: id, id: "a" } };
}

const idsOf = (entries: readonly StoredEntry[]): string[] =>
  entries.map(({ mutation }) => mutation.mutation_id);

/** The tab is gone: its locks are free. */
function close(storage: IndexedDbStorage): void {
  locks.free(`outbox:${storage.owner}`);
}

describe("R10: the outbox on disk", () => {
  test("what is left when it is closed is for whoever comes next in the same tab", async () => {
    const first = new IndexedDbStorage();
    await first.write([entry(first, "m1")], []);
    const second = new IndexedDbStorage();
    expect(await second.load("grid")).toEqual([]);
    await first.close();
    expect(idsOf(await second.load("grid"))).toEqual(["m1"]);
  });

  test("what a tab has not sent when it goes is another's that is open, and what it left for its user too", async () => {
    const gone = new IndexedDbStorage();
    const storage = new IndexedDbStorage();
    const error = { code: "conflict", message: "", retry: false } as const;
    const kept = { ...entry(gone, "m3"), kept: { status: "conflict", error, renew: true } as const };
    await gone.write([entry(gone, "m1"), entry(gone, "m2", "other"), kept], []);
    await storage.write([entry(storage, "m4")], []);
    const found = vi.fn();
    storage.onMoved(found);
    await storage.inherit(() => true);
    await storage.inherit(() => true);
    expect(await storage.load("grid")).toHaveLength(1); // it is there still
    close(gone);
    await vi.waitFor(() => expect(found).toHaveBeenCalled());
    expect(found).toHaveBeenCalledOnce();
    expect(idsOf(await storage.load("grid"))).toEqual(["m1", "m3", "m4"]);
    expect(idsOf(await storage.load("other"))).toEqual(["m2"]);
  });

  test("it is left to the next page where it is not wanted when that tab goes, and taken when it is", async () => {
    const gone = new IndexedDbStorage();
    const storage = new IndexedDbStorage();
    await gone.write([entry(gone, "m1")], []);
    const asked = vi.fn(() => false);
    const found = vi.fn();
    storage.onMoved(found);
    await storage.inherit(asked);
    close(gone);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await vi.waitFor(async () => {
      await storage.inherit(() => true);
      expect(found).toHaveBeenCalledOnce();
    });
  });

  test("where nobody can tell which tabs are there, none of them loses anything to one that is open", async () => {
    vi.stubGlobal("navigator", {});
    const other = new IndexedDbStorage();
    await other.write([entry(other, "m1")], []);
    const storage = new IndexedDbStorage();
    storage.onMoved(() => expect.unreachable());
    await storage.inherit(() => true);
    expect(idsOf(await other.load("grid"))).toEqual(["m1"]);
  });

  test("entries come back in the store's order, with keys; writes are strict", async () => {
    const storage = new IndexedDbStorage();
    const [one, two] = [entry(storage, "m1"), entry(storage, "m2")];
    await storage.write([one, two, entry(storage, "elsewhere", "other")], []);
    expect(one.key).toBeLessThan(two.key!);
    await storage.write([{ ...one, sentAt: 5 }], [two]);
    expect(await storage.load("grid")).toMatchObject([{ mutation: { mutation_id: "m1" }, sentAt: 5 }]);
    expect(strict).toEqual(["strict", "strict"]);
  });

  test("the outbox of a tab that is open is left alone, that of a closed one adopted", async () => {
    const first = new IndexedDbStorage();
    await first.write([entry(first, "m1")], []);
    const second = new IndexedDbStorage();
    expect(await second.load("grid")).toEqual([]);
    close(first);
    const third = new IndexedDbStorage();
    expect(idsOf(await third.load("grid"))).toEqual(["m1"]);
    expect(idsOf(await second.load("grid"))).toEqual([]);
  });

  test.each([true, false])(
    "what was adopted is not the former tab's to write or delete (Web Locks: %s)",
    async (withLocks) => {
      if (!withLocks) vi.stubGlobal("navigator", {});
      const first = new IndexedDbStorage();
      const mine = entry(first, "m1");
      await first.write([mine], []);
      close(first);
      await first.end();
      const second = new IndexedDbStorage();
      const [adopted] = await second.load("grid");
      expect(await first.write([{ ...mine, sentAt: 1 }, entry(first, "m2")], [])).toEqual(["m1"]);
      expect(await first.write([], [mine])).toEqual(["m1"]);
      expect(adopted?.owner).toBe(second.owner);
      const left = await second.load("grid");
      expect(left.find(({ mutation }) => mutation.mutation_id === "m1")?.sentAt).toBeUndefined();
    },
  );

  test("what the browser has cleared meanwhile is put back", async () => {
    const storage = new IndexedDbStorage();
    const mine = entry(storage, "m1");
    await storage.write([mine], []);
    await storage.write([], [{ ...mine }]);
    expect(await storage.write([{ ...mine, sentAt: 1 }], [])).toEqual([]);
    expect(await storage.load("grid")).toMatchObject([{ sentAt: 1 }]);
  });

  test("a database that does not open is an error each time, not for ever", async () => {
    const storage = new IndexedDbStorage();
    const open = vi.spyOn(indexedDB, "open").mockImplementationOnce(() => {
      throw new Error("storage is off");
    });
    await expect(storage.load("grid")).rejects.toThrow("storage is off");
    expect(await storage.load("grid")).toEqual([]);
    expect(open).toHaveBeenCalledTimes(2);
  });
});
