import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PageEntry } from "../protocol.ts";
import {
  applied,
  bench,
  change,
  EPOCH,
  GRID,
  head,
  joined,
  joinedBench,
  page,
  pass,
  range,
} from "./testkit.ts";
import type { Changes } from "./types.ts";
import { RequestTimeout } from "./wire.ts";

const A: PageEntry = ["a", 1, { x: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];

let warned: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("R4: join first, then read", () => {
  test("R4: what is announced before the answer of join_grid is applied after its page", async () => {
    const { replica, wire } = await bench();
    await wire.setLive(true);
    await wire.announce("changes", range(2, [change(3, "a", { x: 9 })]));
    expect(replica.status().state).toBe("waiting");
    await wire.take("join_grid").answer(joined([A, B]));
    expect(replica.get("a")).toMatchObject({ version: 3, fields: { x: 9 } });
    expect(wire.sent).toEqual([]);
  });

  test("R4: what is announced during a pull is applied after its page, which is older", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.announce("head", head([A, B], { revision: 3 }));
    const pull = wire.take("pull");
    await wire.announce("changes", range(2, [change(3, "a", { x: 9 }), change(4, "b", null, "delete")]));
    expect(replica.status().revision).toBe(2);
    await pull.answer(page([["a", 3, { x: 9 }]], { mode: "delta", from: 2 }));
    expect(replica.status()).toMatchObject({ state: "complete", revision: 4 });
    expect(replica.ids()).toEqual(["a"]);
  });

  test("R4: after leave_grid announcements are ignored", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.stop();
    expect(wire.take("leave_grid").payload).toEqual({ grid: GRID });
    await wire.announce("changes", range(2, [change(3, "a", { x: 9 })]));
    expect(replica.get("a")?.fields).toEqual({ x: 1 });
  });

  test("R4: another grid's announcements are not ours", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.announce("changes", range(2, [change(3, "a", { x: 9 })], { grid: "other" }));
    expect(replica.status().revision).toBe(2);
  });
});

describe("R5: order is in the data", () => {
  test("R5: a range that continues is applied, one that is over is ignored", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    const third = range(2, [change(3, "a", { x: 3 })]);
    await wire.announce("changes", third);
    await wire.announce("changes", range(3, [change(4, "a", { x: 4 })]));
    await wire.announce("changes", third);
    expect(replica.get("a")).toMatchObject({ version: 4, fields: { x: 4 } });
    expect(wire.sent).toEqual([]);
  });

  test("R5: of a range that reaches back only entries above the revision are applied", async () => {
    const { replica, wire } = await joinedBench([A, ["c", 4, { x: 4 }]]);
    // b was changed and deleted before what we hold
    const entries = [change(2, "b", { x: 2 }), change(3, "b", null, "delete"), change(5, "a", { x: 5 })];
    await wire.announce("changes", range(1, entries));
    expect(replica.ids()).toEqual(["a", "c"]);
    expect(replica.get("a")?.fields).toEqual({ x: 5 });
    expect(warned).not.toHaveBeenCalled();
  });

  test("R5: a gap is stashed and pulled", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.announce("changes", range(3, [change(4, "b", { x: 4 })]));
    expect(replica.status().revision).toBe(2);
    const pull = wire.take("pull");
    expect(pull.payload).toEqual({ grid: GRID, epoch: EPOCH, since: 2 });
    await pull.answer(page([["a", 3, { x: 3 }]], { mode: "delta", from: 2 }));
    expect(replica.status()).toMatchObject({ state: "complete", revision: 4 });
    expect(replica.get("b")?.fields).toEqual({ x: 4 });
  });

  test("R5: pages move only the cursor; ranges wait for the last one", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.announce("head", head([A, B], { revision: 9 }));
    await wire.take("pull").answer(page([["a", 5, { x: 5 }]], { mode: "delta", from: 2, more: true }));
    expect(replica.status()).toMatchObject({ state: "filling", revision: 2 });
    // b is changed, then moves on, between the two pages: applied now it would be lost
    await wire.announce("changes", range(9, [change(10, "b", { y: 1 })]));
    expect(replica.get("b")?.version).toBe(2);
    const next = wire.take("pull");
    expect(next.payload).toMatchObject({ since: 5 });
    await next.answer(page([["b", 9, { x: 9 }]], { mode: "delta", from: 5 }));
    expect(replica.status()).toMatchObject({ state: "complete", revision: 10 });
    expect(replica.get("b")?.fields).toEqual({ x: 9, y: 1 });
  });

  test("R5: a pull that was not answered is asked again", async () => {
    const { replica, wire, time } = await joinedBench([A, B]);
    await wire.announce("changes", range(3, [change(4, "b", { x: 4 })]));
    await wire.take("pull").fail(new RequestTimeout("pull"));
    expect(wire.sent).toEqual([]);
    await pass(time, 60_000);
    await wire.take("pull").answer(page([["a", 3, { x: 3 }]], { mode: "delta", from: 2 }));
    expect(replica.status().revision).toBe(4);
  });

  test("R5: an update of a record that is not there is no way to go on", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.announce("changes", range(2, [change(3, "nowhere", { x: 3 })]));
    expect(wire.take("pull").payload).toMatchObject({ since: 0 });
    expect(replica.status().repairs).toBe(1);
  });
});

describe("R9: any gap", () => {
  test("R9: after a reconnect it goes on from its revision", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.setLive(false);
    await wire.setLive(true);
    const join = wire.take("join_grid");
    expect(join.payload).toEqual({ grid: GRID, epoch: EPOCH, since: 2 });
    await join.answer(
      joined([A, ["b", 3, null]], {
        mode: "delta",
        page: page([["b", 3, null]], { mode: "delta", from: 2 }),
      }),
    );
    expect(replica.ids()).toEqual(["a"]);
    expect(replica.get("b")).toMatchObject({ deleted: true, fields: { x: 2 } });
  });

  test("R9: a broken pull goes on from its cursor", async () => {
    const { wire } = await bench();
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B], { page: page([A], { more: true }) }));
    wire.take("pull");
    await wire.setLive(false);
    await wire.setLive(true);
    expect(wire.take("join_grid").payload).toEqual({ grid: GRID, epoch: EPOCH, since: 1 });
  });

  test("R9: another epoch is built beside the old one and swapped in when complete", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    const steps: Changes["kind"][] = [];
    replica.onChanges((changes) => steps.push(changes.kind));
    await wire.announce("head", head([A], { epoch: "e2", revision: 7 }));
    await wire.take("pull").answer(page([["a", 6, { x: 6 }]], { epoch: "e2", more: true }));
    expect(replica.status()).toMatchObject({ state: "complete", epoch: EPOCH });
    expect(replica.ids()).toEqual(["a", "b"]);
    await wire.take("pull").answer(page([["c", 7, { x: 7 }]], { mode: "delta", epoch: "e2", from: 6 }));
    expect(replica.status()).toMatchObject({ state: "complete", epoch: "e2", revision: 7 });
    expect(replica.ids()).toEqual(["a", "c"]);
    expect(steps).toEqual(["reset"]);
  });

  test("R9: as long as nothing has been complete, records are seen coming in", async () => {
    const { replica, wire } = await bench();
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B], { page: page([A], { more: true }) }));
    expect(replica.status()).toMatchObject({ state: "filling", count: 1, expected: 2 });
    expect(replica.ids()).toEqual(["a"]);
  });
});

describe("R13: equal", () => {
  test("R13: another digest at the same revision: read from 0, once, and told", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    const other = head([A, B], { digest: 1 });
    await wire.announce("head", other);
    const pull = wire.take("pull");
    expect(pull.payload).toEqual({ grid: GRID, epoch: EPOCH, since: 0 });
    expect(replica.status().repairs).toBe(1);
    expect(warned).toHaveBeenCalledOnce();
    await pull.answer(page([A, B]));
    await wire.announce("head", other);
    expect(wire.sent).toEqual([]);
    expect(replica.status().repairs).toBe(1);
  });

  test("R13: the digest is kept over adds, updates and deletes", async () => {
    const { wire } = await joinedBench([A, B]);
    await wire.announce(
      "changes",
      range(2, [change(3, "c", { x: 3 }, "add"), change(4, "a", { x: 4 }), change(5, "b", null, "delete")]),
    );
    await wire.announce(
      "head",
      head([
        ["c", 3, {}],
        ["a", 4, {}],
        ["b", 5, null],
      ]),
    );
    expect(wire.sent).toEqual([]);
  });

  test("R13: a head at another revision is no alarm: a later one pulls, an earlier one is late", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.announce("head", head([A], { digest: 7 }));
    expect(wire.sent).toEqual([]);
    await wire.announce("head", head([A, B], { revision: 3, digest: 7 }));
    expect(wire.take("pull").payload).toMatchObject({ since: 2 });
    expect(replica.status().repairs).toBe(0);
  });
});

describe("definition", () => {
  test.each(["grid_changed", "head"] as const)(
    "%s with another definition: it is fetched without records",
    async (event) => {
      const { replica, wire } = await joinedBench([A, B]);
      await wire.announce(event, head([A, B], { definition: 2 }));
      const join = wire.take("join_grid");
      expect(join.payload).toEqual({ grid: GRID, limit: 0 });
      const grid = { id: GRID, title: "New", definition: 2, fields: [] };
      await join.answer(joined([A, B], { grid, page: page([], { more: true }) }));
      expect(replica.status()).toMatchObject({ state: "complete", revision: 2, grid: { title: "New" } });
      await wire.announce("head", head([A, B], { definition: 2 }));
      expect(wire.sent).toEqual([]);
    },
  );
});

test("a grid that may not be read says why, and is asked for again in another session", async () => {
  const { replica, wire } = await bench();
  await wire.setLive(true);
  await wire.take("join_grid").refuse({ code: "not_found", message: "No such grid.", retry: false });
  expect(replica.status().error?.message).toBe("No such grid.");
  expect(wire.sent).toEqual([]);
  await wire.setLive(false);
  await wire.setLive(true);
  expect(replica.status().error).toBeNull();
  wire.take("join_grid");
});

test("R7: the author's own change comes the same way as everybody's", async () => {
  const { replica, wire } = await joinedBench([A, B]);
  replica.update("a", { x: 5 }, { x: 1 });
  await wire.announce("presence", { grid: GRID, sessions: [] }); // lets the disk work
  const { sent, mutations } = wire.mutations();
  await wire.announce("changes", range(2, [change(3, "a", { x: 5 }, "update", mutations[0]!.mutation_id)]));
  expect(replica.get("a")).toMatchObject({ version: 3, fields: { x: 5 }, state: "pending" });
  await sent.answer({ results: [applied(mutations[0], 3)] });
  expect(replica.get("a")).toMatchObject({ version: 3, fields: { x: 5 }, state: "saved" });
});
