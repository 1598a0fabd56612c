import { describe, expect, test } from "vitest";
import type { Mutation, PageEntry } from "../protocol.ts";
import { Replica } from "./replica.ts";
import { ProfileDisk, SlowStorage } from "./simulation/disk.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import { NetworkWire, Weather } from "./simulation/network.ts";
import { ServerModel } from "./simulation/serverModel.ts";
import { TabTime, Timeline } from "./simulation/timeline.ts";
import { applied, bench, change, EPOCH, GRID, head, joined, range, result, type Bench } from "./testkit.ts";

const A: PageEntry = ["a", 1, { x: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];
const C: PageEntry = ["c", 3, { x: 3 }];
const UPDATE: Mutation = {
  type: "update_record",
  mutation_id: "m1",
  id: "a",
  fields: { x: 5 },
  was: { x: 1 },
};
const DELETE: Mutation = { type: "delete_record", mutation_id: "m2", id: "a" };

/** A browser that opens two records, on what earlier tabs left on this disk. */
async function small(left: readonly Mutation[] = []): Promise<Bench & { readonly disk: MemoryDisk }> {
  const disk = new MemoryDisk();
  const storage = new MemoryStorage("tab", disk);
  await storage.write(
    left.map((mutation) => ({ owner: "gone", grid: GRID, mutation, seen: { version: 1, fields: { x: 1 } } })),
    [],
  );
  return { ...(await bench(storage, 2)), disk };
}

describe("a grid with more records than this browser opens", () => {
  test("is not read: no record is kept, no page is pulled, the grid is left", async () => {
    const { replica, wire } = await small();
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B, C]));
    expect(wire.take("leave_grid").payload).toEqual({ grid: GRID });
    expect(wire.sent).toEqual([]);
    expect(replica.status()).toMatchObject({
      state: "waiting",
      error: null,
      tooLarge: { count: 3, max: 2 },
      expected: 3,
      grid: { title: "Grid" },
    });
    expect(replica.ids()).toEqual([]);
    expect(replica.get("a")).toBeUndefined();
  });

  test("is not listened to, whatever still comes", async () => {
    const { replica, wire } = await small();
    await wire.setLive(true);
    const join = wire.take("join_grid");
    await wire.announce("changes", range(3, [change(4, "a", { x: 4 })]));
    await join.answer(joined([A, B, C]));
    wire.take("leave_grid");
    await wire.announce("changes", range(3, [change(4, "a", { x: 4 })]));
    await wire.announce("head", head([A, B, C], { definition: 2 }));
    await wire.announce("grid_changed", { grid: GRID, definition: 2 });
    expect(wire.sent).toEqual([]);
    expect(replica.status()).toMatchObject({ state: "waiting", tooLarge: { count: 3 } });
    expect(replica["sync"].follower["stash"]).toEqual([]);
    replica.stop();
    expect(wire.sent).toEqual([]); // left already
  });

  test("is one with more, not one with as many", async () => {
    const { replica, wire } = await small();
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B]));
    expect(replica.status()).toMatchObject({ state: "complete", count: 2, tooLarge: null });
  });

  test("stays open if it grows while it is open, over a new session too", async () => {
    const { replica, wire } = await small();
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B]));
    await wire.announce("changes", range(2, [change(3, "c", { x: 3 }, "add")]));
    await wire.setLive(false);
    await wire.setLive(true);
    const page = { mode: "delta", epoch: EPOCH, from: 3, to: 3, more: false, records: [] } as const;
    await wire.take("join_grid").answer(joined([A, B, C], { mode: "delta", page }));
    expect(replica.status()).toMatchObject({ state: "complete", count: 3, tooLarge: null });
  });

  test("is asked for again in another session; R4: if it is small by then, it opens as any other", async () => {
    const { replica, wire } = await small();
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B, C]));
    await wire.setLive(false);
    expect(replica.status().tooLarge).toEqual({ count: 3, max: 2 }); // as long as nobody knows better
    wire.sent.length = 0;
    await wire.setLive(true);
    const join = wire.take("join_grid");
    await wire.announce("changes", range(2, [change(3, "a", { x: 9 })]));
    await join.answer(joined([A, B]));
    expect(replica.status()).toMatchObject({ state: "complete", revision: 3, tooLarge: null });
    expect(replica.get("a")?.fields).toEqual({ x: 9 });
  });
});

describe("R10: what is in the outbox of a grid that is too large", () => {
  async function sending(...left: Mutation[]) {
    const made = await small(left);
    await made.wire.setLive(true);
    await made.wire.take("join_grid").answer(joined([A, B, C]));
    made.wire.take("leave_grid");
    return made;
  }

  test("is sent, and over when it is acknowledged: no copy will ever hold it", async () => {
    const { replica, wire, disk } = await sending(UPDATE);
    expect(replica.status().unsent).toBe(1);
    const { sent, mutations } = wire.mutations();
    expect(mutations).toEqual([UPDATE]);
    await sent.answer({ results: [applied(mutations[0], 4)] });
    expect(replica.status().unsent).toBe(0);
    expect([...disk.entries]).toEqual([]);
    expect(wire.sent).toEqual([]);
  });

  test("goes in its order: a delete after the edit before it, over the version its user saw", async () => {
    const { wire, disk } = await sending(UPDATE, DELETE);
    const first = wire.mutations();
    expect(first.mutations).toEqual([UPDATE]);
    await first.sent.answer({ results: [applied(UPDATE, 4)] });
    const second = wire.mutations();
    expect(second.mutations).toEqual([{ ...DELETE, version: 1 }]);
    await second.sent.answer({ results: [applied(DELETE, 5)] });
    expect([...disk.entries]).toEqual([]);
  });

  test("is kept for the user where others were first", async () => {
    const { replica, wire, disk } = await sending(UPDATE);
    const error = { code: "conflict", message: "Others were first.", retry: false } as const;
    await wire.mutations().sent.answer({ results: [result(UPDATE, { status: "conflict", error })] });
    expect(replica.status()).toMatchObject({ unsent: 0, kept: [{ mutationId: "m1", status: "conflict" }] });
    expect(disk.entries.size).toBe(1);
  });

  test("goes again under its id after a lost connection", async () => {
    const { wire, disk } = await sending(UPDATE);
    wire.mutations();
    await wire.setLive(false);
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B, C]));
    wire.take("leave_grid");
    const { sent, mutations } = wire.mutations();
    expect(mutations).toEqual([UPDATE]);
    await sent.answer({ results: [applied(UPDATE, 4)] });
    expect([...disk.entries]).toEqual([]);
  });

  test("R3: takes effect once and leaves the disk, whatever the network does", async () => {
    for (let seed = 0; seed < 60; seed++) await weather(seed);
  });
});

/** An edit made offline in a small grid; when the tab is opened again, the grid is too large. */
async function weather(seed: number): Promise<void> {
  const time = new Timeline(seed);
  const server = new ServerModel();
  const weather = new Weather(time, server);
  weather.failures = ["busy", "rate_limited"]; // what is put aside for its user stays on disk
  weather.bad = false; // until there is something to send
  const other = { id: "other", name: "Other" };
  const add = (id: string): void =>
    void server.mutate([{ type: "add_record", mutation_id: `m-${id}`, id, fields: { x: 1 } }], other);
  ["a", "b"].forEach(add);
  const disk = new ProfileDisk();
  const open = (name: string) => {
    const wire = new NetworkWire(weather, { id: name, name });
    const storage = new SlowStorage(name, disk, new TabTime(time));
    return {
      wire,
      storage,
      replica: new Replica({ grid: "grid", wire, storage, clock: time, maxRecords: 2 }),
    };
  };
  const first = open("first");
  void first.replica.start();
  const isOpen = (): boolean => first.replica.status().state === "complete";
  while (!isOpen()) await time.pass(100, () => undefined);
  weather.up = false;
  first.wire.drop();
  first.replica.update("a", { x: 2 }, { x: 1 });
  first.replica.update("b", { x: 3 }, { x: 1 });
  while (first.replica.status().storing > 0) await time.pass(100, () => undefined);
  first.replica.stop();
  first.wire.close();
  first.storage.close(true);
  ["c", "d", "e"].forEach(add);
  Object.assign(weather, { up: true, bad: true });
  const second = open("second");
  void second.replica.start();
  await time.pass(60_000, () => undefined);
  weather.bad = false;
  await time.pass(200_000, () => undefined);
  expect(second.replica.status(), `seed ${seed}`).toMatchObject({
    unsent: 0,
    tooLarge: { count: 5, max: 2 },
    kept: [],
  });
  expect([...disk.entries], `seed ${seed}`).toEqual([]);
  expect(server.live().get("a")?.fields).toEqual({ x: 2 });
  expect(server.live().get("b")?.fields).toEqual({ x: 3 });
  expect(server.revision).toBe(7); // five adds, two edits, each once
}
