import { describe, expect, test } from "vitest";
import type { PageEntry } from "../protocol.ts";
import { Replica } from "./replica.ts";
import { ProfileDisk, SlowStorage } from "./simulation/disk.ts";
import { NetworkWire, Weather } from "./simulation/network.ts";
import { ServerModel } from "./simulation/serverModel.ts";
import { settled, TabTime, Timeline } from "./simulation/timeline.ts";
import { applied, change, EPOCH, joined, joinedBench, page, range, result, type Bench } from "./testkit.ts";

const A: PageEntry = ["a", 1, { x: 1, y: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];

/** As before: there, with its values, and nothing waits for the user. */
function expectBack({ replica }: Pick<Bench, "replica">): void {
  expect(replica.get("a")).toMatchObject({ deleted: false, fields: { x: 1, y: 1 } });
  expect(replica.ids()).toEqual(["a", "b"]);
}

/** Its delete is in flight. */
async function deleting() {
  const made = await joinedBench([A, B]);
  made.replica.remove("a");
  await settled();
  const { sent, mutations } = made.wire.mutations();
  const gone = change(3, "a", null, "delete", mutations[0]!.mutation_id);
  return { ...made, sent, mutation: mutations[0]!, gone };
}

/** Its restore goes, is answered and announced; then nothing is left. */
async function finish({ replica, wire }: Bench): Promise<void> {
  const { sent, mutations } = wire.mutations();
  expect(mutations).toMatchObject([{ type: "restore_record", id: "a" }]);
  await sent.answer({ results: [applied(mutations[0], 4, { x: 1, y: 1 })] });
  expectBack({ replica });
  await wire.announce(
    "changes",
    range(3, [change(4, "a", { x: 1, y: 1 }, "add", mutations[0]!.mutation_id)]),
  );
  expectBack({ replica });
  expect(replica.get("a")).toMatchObject({ state: "saved", version: 4 });
  expect(replica.status()).toMatchObject({ unsent: 0, kept: [] });
  expect(wire.sent).toEqual([]);
}

describe("a record that is restored right after its delete is as before, whatever has become of the delete", () => {
  test("waiting: nothing is sent", async () => {
    const made = await joinedBench([A, B]);
    made.replica.remove("a");
    made.replica.restore("a");
    expectBack(made);
    await settled();
    expect(made.wire.sent).toEqual([]);
    expect(made.replica.status().unsent).toBe(0);
  });

  test("waiting, after an own edit: that stays", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    wire.mutations();
    replica.remove("a");
    replica.restore("a");
    expect(replica.get("a")).toMatchObject({ deleted: false, fields: { x: 5, y: 1 } });
    await settled();
    expect(replica.status().unsent).toBe(1);
  });

  test("in flight: the restore waits for its answer", async () => {
    const made = await deleting();
    made.replica.restore("a");
    expectBack(made);
    await settled();
    expect(made.wire.sent).toEqual([]);
    await made.sent.answer({ results: [applied(made.mutation, 3)] });
    expectBack(made);
    await made.wire.announce("changes", range(2, [made.gone]));
    expectBack(made);
    await finish(made);
  });

  test("in flight, and announced before it is answered", async () => {
    const made = await deleting();
    made.replica.restore("a");
    await made.wire.announce("changes", range(2, [made.gone]));
    expectBack(made);
    await made.sent.answer({ results: [applied(made.mutation, 3)] });
    expectBack(made);
    await finish(made);
  });

  test("in flight, and the connection lost: both go again, in order", async () => {
    const made = await deleting();
    made.replica.restore("a");
    await made.wire.setLive(false);
    expectBack(made);
    await made.wire.setLive(true);
    const tombstone = page([["a", 3, null]], { mode: "delta", from: 2 });
    await made.wire.take("join_grid").answer(joined([B, ["a", 3, null]], { mode: "delta", page: tombstone }));
    expectBack(made);
    const again = made.wire.mutations();
    expect(again.mutations).toEqual([made.mutation]);
    await again.sent.answer({ results: [applied(made.mutation, 3)] });
    await finish(made);
  });

  test("acknowledged, not yet in the copy", async () => {
    const made = await deleting();
    await made.sent.answer({ results: [applied(made.mutation, 3)] });
    made.replica.restore("a");
    expectBack(made);
    await settled();
    await made.wire.announce("changes", range(2, [made.gone]));
    expectBack(made);
    await finish(made);
  });

  test("in the copy", async () => {
    const made = await deleting();
    await made.sent.answer({ results: [applied(made.mutation, 3)] });
    await made.wire.announce("changes", range(2, [made.gone]));
    expect(made.replica.ids()).toEqual(["b"]);
    made.replica.restore("a");
    expectBack(made);
    await settled();
    await finish(made);
  });

  test("not taken: nothing was deleted, and the user has taken it back", async () => {
    const made = await deleting();
    made.replica.restore("a");
    await made.sent.answer({ results: [result(made.mutation, { status: "conflict", error: CHANGED })] });
    expectBack(made);
    const restoring = made.wire.mutations();
    expect(restoring.mutations).toMatchObject([{ type: "restore_record", id: "a" }]);
    await restoring.sent.answer({
      results: [result(restoring.mutations[0], { status: "noop", revision: 1, fields: {} })],
    });
    expectBack(made);
    expect(made.replica.status()).toMatchObject({ unsent: 0, kept: [] });
  });

  test("not taken, as the user has seen already: the delete is settled", async () => {
    const made = await deleting();
    await made.sent.answer({ results: [result(made.mutation, { status: "conflict", error: CHANGED })] });
    expect(made.replica.status().kept).toHaveLength(1);
    expect(made.replica.restore("a")).toBeNull();
    expectBack(made);
    expect(made.replica.status()).toMatchObject({ unsent: 0, kept: [] });
    expect(made.wire.sent).toEqual([]);
  });

  test("of a record that was never sent itself: it is added after all, under its id", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.setLive(false);
    const id = replica.add({ x: 7 });
    replica.update(id, { y: 8 }, {});
    replica.remove(id);
    expect(replica.get(id)).toBeUndefined();
    replica.restore(id);
    expect(replica.get(id)).toMatchObject({ deleted: false, fields: { x: 7, y: 8 }, version: 0 });
    replica.remove(id);
    replica.restore(id);
    await settled();
    await wire.setLive(true);
    const page = { mode: "delta", epoch: EPOCH, from: 2, to: 2, more: false, records: [] } as const;
    await wire.take("join_grid").answer(joined([A, B], { mode: "delta", page }));
    expect(wire.mutations().mutations).toMatchObject([{ type: "add_record", id, fields: { x: 7, y: 8 } }]);
  });

  test("of a record that was never sent itself: only so many are remembered", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.setLive(false);
    const ids = Array.from({ length: 1_002 }, () => replica.add({ x: 7 }));
    for (const id of ids) replica.remove(id);
    expect(replica["edits"].removals["dropped"].size).toBe(1_000);
    replica.restore(ids.at(-1)!);
    expect(replica.get(ids.at(-1)!)?.fields).toEqual({ x: 7 });
  });
});

describe("a hundred records that are deleted and at once restored are as before, for everyone", () => {
  // The first batches (of 4) are answered after 0.1 s, the last after 2: after each time some are in each phase.
  test.each([0, 1, 60, 150, 400, 1_200, 6_000])("online, restored %d ms after", async (ms) => {
    for (let seed = 1; seed <= 6; seed++) await hundred(seed, ms, false);
  });

  test("online in a network that loses things", async () => {
    for (let seed = 1; seed <= 12; seed++) await hundred(seed, seed * 100, true);
  });

  test("offline: nothing is left to send", async () => {
    const { mine, time, server } = await world(1);
    mine.wire.drop();
    const ids = [...mine.replica.ids()];
    for (const id of ids) mine.replica.remove(id);
    await time.pass(10, () => undefined);
    expect(mine.replica.count).toBe(0);
    for (const id of ids) mine.replica.restore(id);
    expect(mine.replica.status().unsent).toBe(0);
    await time.pass(60_000, () => undefined);
    expect(mine.replica.ids()).toEqual(ids);
    expect(server.revision).toBe(100);
  });

  test("offline, the delete sent before and not answered", async () => {
    for (let seed = 1; seed <= 6; seed++) await hundred(seed, 50, false, (mine) => mine.wire.drop());
  });
});

const CHANGED = { code: "changed", message: "Others changed it.", retry: false } as const;

/** A grid with a hundred records, a tab that has it, and another one that looks on. */
async function world(seed: number) {
  const time = new Timeline(seed);
  const server = new ServerModel();
  const author = { id: "other", name: "Other" };
  for (let i = 0; i < 100; i++) {
    const id = `r${String(i).padStart(2, "0")}`;
    server.mutate([{ type: "add_record", mutation_id: `m${i}`, id, fields: { x: i } }], author);
  }
  const weather = new Weather(time, server);
  weather.failures = ["busy", "rate_limited"]; // what is put aside for its user is another matter
  weather.bad = false;
  const open = (name: string) => {
    const wire = new NetworkWire(weather, { id: name, name });
    const storage = new SlowStorage(name, new ProfileDisk(), new TabTime(time));
    const replica = new Replica({ grid: "grid", wire, storage, clock: time });
    void replica.start();
    return { wire, replica };
  };
  const [mine, theirs] = [open("mine"), open("theirs")];
  await time.pass(60_000, () => undefined);
  expect(mine.replica.count).toBe(100);
  return { time, server, weather, mine, theirs };
}

async function hundred(
  seed: number,
  ms: number,
  bad: boolean,
  meanwhile: (mine: Awaited<ReturnType<typeof world>>["mine"]) => void = () => undefined,
): Promise<void> {
  const { time, server, weather, mine, theirs } = await world(seed);
  const ids = [...mine.replica.ids()];
  weather.bad = bad;
  for (const id of ids) mine.replica.remove(id);
  expect(mine.replica.count).toBe(0);
  await time.pass(ms, () => undefined);
  meanwhile(mine);
  for (const id of ids) mine.replica.restore(id);
  const check = (replica: Replica): void => {
    expect(replica.ids()).toEqual(ids);
    const values = ids.map((id) => replica.get(id)).map((view) => [view?.deleted, view?.fields]);
    expect(values).toEqual(ids.map((_, i) => [false, { x: i }]));
  };
  check(mine.replica);
  await time.pass(60_000, () => check(mine.replica)); // at no time does any of them go again
  weather.bad = false;
  await time.pass(400_000, () => undefined);
  expect(mine.replica.status()).toMatchObject({ unsent: 0, storing: 0, kept: [], repairs: 0 });
  check(mine.replica);
  check(theirs.replica);
  expect(server.live().size).toBe(100);
}
