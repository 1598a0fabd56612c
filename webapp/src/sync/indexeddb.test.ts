import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IndexedDbStorage } from "./indexeddb.ts";
import type { StoredEntry } from "./storage.ts";

/** Web Locks as far as they are used: exclusive, held until the promise settles. */
class Locks {
  readonly held = new Set<string>();

  async request(name: string, second: unknown, third?: unknown): Promise<unknown> {
    const run = (third ?? second) as (lock: object | null) => unknown;
    if (this.held.has(name)) return run(null);
    this.held.add(name);
    try {
      return await run({ name });
    } finally {
      this.held.delete(name);
    }
  }
}

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
  locks.held.delete(`outbox:${storage.owner}`);
}

describe("R10: the outbox on disk", () => {
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
