import { describe, expect, test } from "vitest";
import type { HistoryEntry, Payload } from "../protocol.ts";
import { PAST_PAGE, PastChanges, type PastFilter } from "./pastChanges.ts";
import { settled, Timeline } from "./simulation/timeline.ts";
import { change, GRID, head, pass, range, ScriptedWire } from "./testkit.ts";
import { RequestTimeout } from "./wire.ts";

const entry = (revision: number, id = "a"): HistoryEntry => ({
  revision,
  id,
  kind: "update",
  fields: { x: revision },
  previous: { x: revision - 1 },
  author: { id: "someone", name: "Someone" },
  at: "2026-07-30T09:15:00Z",
  mutation_id: `m${revision}`,
});
/** Newest first, as the wire has them. */
const entries = (from: number, to: number): HistoryEntry[] =>
  Array.from({ length: from - to + 1 }, (_, i) => entry(from - i));

async function following(filter: PastFilter = {}) {
  const wire = new ScriptedWire();
  const time = new Timeline(1);
  await wire.setLive(true);
  const past = new PastChanges({ grid: GRID, wire, clock: time, filter });
  let told = 0;
  past.subscribe(() => told++);
  const stop = past.follow();
  return {
    wire,
    time,
    past,
    stop,
    told: () => told,
    revisions: () => past.snapshot().changes.map(({ revision }) => revision),
    asked: () => wire.sent.map(({ payload }) => payload as Payload<"history">),
  };
}

/** The newest have been read, and the pause after that is over. */
async function reading(changes: readonly HistoryEntry[], more = false, filter: PastFilter = {}) {
  const made = await following(filter);
  await made.wire.take("history").answer({ changes, more });
  await pass(made.time, 1_000);
  return made;
}

describe("pages", () => {
  test("the newest first, then older ones before the last, until there are no more", async () => {
    const { past, wire, asked, revisions } = await following({ id: "a", author: "ann", field: "x" });
    expect(past.snapshot()).toMatchObject({ read: false, asking: true, more: true });
    expect(asked()).toEqual([{ grid: GRID, id: "a", author: "ann", field: "x", limit: PAST_PAGE }]);
    await wire.take("history").answer({ changes: entries(9, 7), more: true });
    expect(past.snapshot()).toMatchObject({ read: true, asking: false, more: true, problem: null });
    past.older();
    past.older(); // a second press asks nothing twice
    expect(asked()).toMatchObject([{ before: 7, id: "a" }]);
    expect(past.snapshot().asking).toBe(true);
    await wire.take("history").answer({ changes: entries(6, 5), more: false });
    expect(revisions()).toEqual([9, 8, 7, 6, 5]);
    past.older();
    expect(wire.sent).toEqual([]);
    expect(past.snapshot().more).toBe(false);
  });

  test("what is done meanwhile comes on top, and leaves what was read", async () => {
    const { wire, past, revisions, asked } = await reading(entries(9, 8), true);
    past.older();
    await wire.take("history").answer({ changes: [entry(4)], more: false });
    await wire.announce("changes", range(9, [change(10, "a", { x: 10 })]));
    expect(asked()).toEqual([{ grid: GRID, limit: PAST_PAGE }]);
    await wire.take("history").answer({ changes: entries(10, 8), more: true });
    expect(revisions()).toEqual([10, 9, 8, 4]);
    expect(past.snapshot().more).toBe(false);
  });

  test("more than a page at once begins the list anew: nothing is missing in its middle", async () => {
    const { wire, past, revisions } = await reading(entries(2, 1));
    await wire.announce("head", head([], { revision: 90 }));
    await wire.take("history").answer({ changes: entries(90, 41), more: true });
    expect(revisions()[0]).toBe(90);
    expect(revisions().at(-1)).toBe(41);
    expect(past.snapshot().more).toBe(true);
  });

  test("the first of all comes on top of nothing", async () => {
    const { wire, revisions } = await reading([]);
    await wire.announce("changes", range(0, [change(1, "a", { x: 1 })]));
    await wire.take("history").answer({ changes: [entry(1)], more: false });
    expect(revisions()).toEqual([1]);
  });
});

describe("what is announced", () => {
  const matching: [string, PastFilter, ReturnType<typeof change>][] = [
    ["any change", {}, change(10, "b", { y: 1 })],
    ["of its record", { id: "a" }, change(10, "a", { x: 1 })],
    ["by its author", { author: "someone" }, change(10, "a", { x: 1 })],
    ["of its field", { field: "x" }, change(10, "a", { x: 1 })],
    ["a delete, whose fields are not told", { field: "x" }, change(10, "a", null, "delete")],
    ["a delete", { deleted: true }, change(10, "a", null, "delete")],
  ];
  test.each(matching)("is asked for: %s", async (_name, filter, announced) => {
    const { wire, asked } = await reading([entry(9)], false, filter);
    await wire.announce("changes", range(9, [announced]));
    expect(asked()).toEqual([{ ...filter, grid: GRID, limit: PAST_PAGE }]);
  });

  const others: [string, PastFilter, ReturnType<typeof change>][] = [
    ["of another record", { id: "a" }, change(10, "b", { x: 1 })],
    ["by somebody else", { author: "ann" }, change(10, "a", { x: 1 })],
    ["of another field", { field: "x" }, change(10, "a", { y: 1 })],
    ["no delete", { deleted: true }, change(10, "a", { y: 1 })],
  ];
  test.each(others)("is not asked for: %s", async (_name, filter, announced) => {
    const { wire } = await reading([entry(9)], false, filter);
    await wire.announce("changes", range(9, [announced]));
    expect(wire.sent).toEqual([]);
  });

  test("is not asked for where it is of another grid, or in the list already", async () => {
    const { wire } = await reading([entry(9)]);
    await wire.announce("changes", range(9, [change(10, "a", { x: 1 })], { grid: "other" }));
    await wire.announce("changes", range(8, [change(9, "a", { x: 1 })]));
    await wire.announce("head", head([], { revision: 9 }));
    expect(wire.sent).toEqual([]);
  });

  test("is asked for once, however much comes while an answer is awaited or right after it", async () => {
    const { wire, time, revisions, asked } = await reading([entry(9)]);
    await wire.announce("changes", range(9, [change(10, "a", { x: 1 })]));
    await wire.announce("changes", range(10, [change(11, "a", { x: 2 })]));
    expect(asked()).toHaveLength(1);
    await wire.take("history").answer({ changes: entries(10, 9), more: false });
    await wire.announce("changes", range(11, [change(12, "a", { x: 3 })]));
    expect(asked()).toHaveLength(0);
    await pass(time, 1_000);
    expect(asked()).toHaveLength(1);
    await wire.take("history").answer({ changes: entries(12, 9), more: false });
    expect(revisions()).toEqual([12, 11, 10, 9]);
  });

  test("a range that leaves something out is asked for whatever it holds", async () => {
    const { wire } = await reading([entry(9)], false, { id: "a" });
    await wire.announce("changes", range(14, [change(15, "b", { x: 1 })]));
    expect(wire.sent).toHaveLength(1);
  });

  test("another epoch begins anew, and an answer to what was asked before it is not taken", async () => {
    const { wire, past, revisions, asked } = await reading([entry(9)]);
    await wire.announce("head", head([], { revision: 10 }));
    const late = wire.take("history");
    await wire.announce("head", head([], { revision: 3, epoch: "e2" }));
    expect(past.snapshot()).toMatchObject({ changes: [], read: false, asking: true });
    expect(asked()).toHaveLength(1);
    await late.answer({ changes: [entry(10)], more: false });
    await wire.take("history").answer({ changes: [entry(3)], more: false });
    expect(revisions()).toEqual([3]);
  });

  test("is heard by nobody once it is not followed; whoever follows again catches up", async () => {
    const { wire, past, stop, asked, revisions } = await reading([entry(9)]);
    stop();
    await wire.announce("changes", range(9, [change(10, "a", { x: 1 })]));
    expect(wire.sent).toEqual([]);
    past.follow();
    expect(asked()).toEqual([{ grid: GRID, limit: PAST_PAGE }]);
    await wire.take("history").answer({ changes: entries(10, 9), more: false });
    expect(revisions()).toEqual([10, 9]);
  });
});

test("nothing more is asked for whoever has left while an answer was awaited", async () => {
  const { wire, time, stop } = await reading([entry(9)]);
  await wire.announce("changes", range(9, [change(10, "a", { x: 1 })]));
  await wire.announce("changes", range(10, [change(11, "a", { x: 2 })]));
  stop();
  await wire.take("history").answer({ changes: entries(10, 9), more: false });
  await pass(time, 1_000);
  expect(wire.sent).toEqual([]);
});

describe("what is not answered", () => {
  test("offline it says so, and reads as soon as there is a connection", async () => {
    const wire = new ScriptedWire();
    const past = new PastChanges({ grid: GRID, wire, clock: new Timeline(1) });
    past.follow();
    await settled();
    expect(past.snapshot()).toMatchObject({ read: false, asking: false });
    expect(past.snapshot().problem).toMatch(/no connection/);
    await wire.setLive(true);
    await wire.take("history").answer({ changes: [entry(1)], more: false });
    expect(past.snapshot()).toMatchObject({ read: true, problem: null, changes: [entry(1)] });
  });

  test("a page that was asked for when the connection went comes when it is back, behind what is new", async () => {
    const { wire, past, revisions, asked } = await reading(entries(9, 8), true);
    past.older();
    await wire.setLive(false);
    expect(past.snapshot().problem).toMatch(/no connection/);
    wire.sent.length = 0;
    await wire.setLive(true);
    expect(asked()).toEqual([{ grid: GRID, limit: PAST_PAGE }]);
    await wire.take("history").answer({ changes: entries(9, 8), more: true });
    expect(asked()).toMatchObject([{ before: 8 }]);
    await wire.take("history").answer({ changes: [entry(7)], more: false });
    expect(revisions()).toEqual([9, 8, 7]);
  });

  test("a refusal is told in the server's words, a time-out in our own; it is asked again on demand", async () => {
    const { wire, past } = await following();
    await wire.take("history").refuse({ message: "There is no such grid." });
    expect(past.snapshot().problem).toBe("There is no such grid.");
    past.again();
    await wire.take("history").fail(new RequestTimeout("history"));
    expect(past.snapshot().problem).toMatch(/did not answer/);
    past.again();
    await wire.take("history").answer({ changes: [], more: false });
    expect(past.snapshot()).toMatchObject({ read: true, problem: null, changes: [], more: false });
  });

  test("nobody is told of what changes nothing", async () => {
    const { wire, time, told, past } = await reading([entry(9)]);
    const before = told();
    const shown = past.snapshot();
    await wire.setLive(true);
    await wire.take("history").answer({ changes: [entry(9)], more: false });
    await pass(time, 1_000);
    expect(past.snapshot()).toBe(shown);
    expect(told()).toBe(before);
  });
});
