import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IndexedDbCopies } from "./copyDb.ts";
import { Database } from "./database.ts";
import { IndexedDbStorage } from "./indexeddb.ts";
import type { StoredEntry } from "./storage.ts";

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const entry = (owner: string, id: string): StoredEntry => ({
  owner,
  grid: "grid",
  mutation: { type: "delete_record", mutation_id: id, id: "a" },
});

const state = {
  grid: { id: "grid", title: "Grid", definition: 1, fields: [] },
  ...{ epoch: "e1", revision: 1, digest: 0, count: 1, seenAt: 0 },
};

/** The database as the first release made it. */
function firstRelease() {
  return openDB("tandem", 1, {
    upgrade(db) {
      db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true }).createIndex("grid", "grid");
    },
  });
}

describe("another release", () => {
  test("R10: an outbox is there after the upgrade as it was, in its order", async () => {
    const before = await firstRelease();
    await before.add("outbox", { ...entry("gone", "m1"), sentAt: 5 });
    await before.add("outbox", entry("gone", "m2"));
    before.close();
    const storage = new IndexedDbStorage();
    expect(await storage.load("grid")).toMatchObject([
      { key: 1, sentAt: 5, mutation: { mutation_id: "m1" } },
      { key: 2, mutation: { mutation_id: "m2" } },
    ]);
    const third = entry(storage.owner, "m3");
    await storage.write([third], []);
    expect(third.key).toBe(3);
  });

  test("does not wait for an open page of this one, whose outbox goes on", async () => {
    const old = new IndexedDbStorage();
    const mine = entry(old.owner, "m1");
    await old.write([mine], []);
    const newer = await openDB("tandem", 4, { upgrade: (db) => void db.createObjectStore("later") });
    expect(newer.version).toBe(4);
    await old.write([{ ...mine, sentAt: 1 }, entry(old.owner, "m2")], []);
    expect(await old.load("grid")).toMatchObject([{ sentAt: 1 }, { mutation: { mutation_id: "m2" } }]);
    newer.close();
  });
});

describe("a full disk", () => {
  /** No outbox entry finds room as long as there are copies. */
  function fill(): void {
    const put = IDBObjectStore.prototype.put;
    const clear = IDBObjectStore.prototype.clear;
    let isFull = true;
    vi.spyOn(IDBObjectStore.prototype, "clear").mockImplementation(function (this: IDBObjectStore) {
      isFull = false;
      return clear.call(this);
    });
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value, key) {
      if (isFull && this.name === "outbox") throw new DOMException("full", "QuotaExceededError");
      return key === undefined ? put.call(this, value) : put.call(this, value, key);
    });
  }

  test("R10: copies of records make room for the outbox, and take it no more", async () => {
    const database = new Database();
    const copies = new IndexedDbCopies(database);
    const storage = new IndexedDbStorage(database);
    await copies.replace(state, [{ id: "a", version: 1, fields: {} }]);
    fill();
    const mine = entry(storage.owner, "m1");
    expect(await storage.write([mine], [])).toEqual([]);
    expect(await storage.load("grid")).toMatchObject([{ mutation: { mutation_id: "m1" } }]);
    expect(await copies.head("grid")).toBeNull();
    await expect(copies.replace(state, [])).rejects.toMatchObject({ name: "QuotaExceededError" });
  });

  test("without room even then is an error, and what was not written has no key", async () => {
    const storage = new IndexedDbStorage(new Database());
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const mine = entry(storage.owner, "m1");
    await expect(storage.write([mine], [])).rejects.toMatchObject({ name: "QuotaExceededError" });
    expect(mine.key).toBeUndefined();
  });

  test("is found out before anything is to be written, and leaves nothing behind where there is room", async () => {
    const storage = new IndexedDbStorage(new Database());
    await storage.probe();
    expect(await storage.grids()).toEqual({ unsent: [], kept: [] });
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(new IndexedDbStorage(new Database()).probe()).rejects.toMatchObject({
      name: "QuotaExceededError",
    });
  });
});
