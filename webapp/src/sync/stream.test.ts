import { expect, test, vi } from "vitest";
import type { Page, PageEntry } from "../protocol.ts";
import { settled } from "./simulation/timeline.ts";
import {
  bench,
  change,
  EPOCH,
  GRID,
  head,
  joined,
  page,
  pass,
  range,
  ScriptedPages,
  type Bench,
} from "./testkit.ts";

const A: PageEntry = ["a", 1, { x: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];
const C: PageEntry = ["c", 3, { x: 3 }];
const D: PageEntry = ["d", 4, { x: 4 }];
const FIRST = page([A], { more: true });

const then = (records: readonly PageEntry[], from: number, more: Partial<Page> = {}): Page =>
  page(records, { mode: "delta", from, more: true, ...more });

/** Joined, with the first of several pages; the rest is asked for at the stream. */
async function opened(): Promise<Bench & { readonly pages: ScriptedPages }> {
  const pages = new ScriptedPages();
  const made = await bench(undefined, undefined, undefined, undefined, pages.source);
  await made.wire.setLive(true);
  await made.wire.take("join_grid").answer(joined([A, B, C, D], { page: FIRST }));
  return { ...made, pages };
}

test("the first page comes with the answer of join_grid, all others from one stream", async () => {
  const { replica, wire, pages } = await opened();
  expect(replica.ids()).toEqual(["a"]);
  expect(pages.asked).toEqual([{ grid: GRID, epoch: EPOCH, since: 1 }]);
  await pages.give(then([B], 1));
  expect(replica.status()).toMatchObject({ state: "filling", count: 2, expected: 4 });
  await pages.give(then([C, D], 2, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", revision: 4, count: 4 });
  expect(wire.sent).toEqual([]);
  expect(pages.asked).toHaveLength(1);
});

test("one page is no stream", async () => {
  const pages = new ScriptedPages();
  const { replica, wire } = await bench(undefined, undefined, undefined, undefined, pages.source);
  await wire.setLive(true);
  await wire.take("join_grid").answer(joined([A, B]));
  await wire.announce("head", head([A, B, C]));
  await wire.take("pull").answer(then([C], 2, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", revision: 3 });
  expect(pages.asked).toEqual([]);
});

test("a gap of several pages is a pull, whose rest is a stream", async () => {
  const pages = new ScriptedPages();
  const { replica, wire } = await bench(undefined, undefined, undefined, undefined, pages.source);
  await wire.setLive(true);
  await wire.take("join_grid").answer(joined([A]));
  await wire.announce("head", head([A, B, C, D]));
  await wire.take("pull").answer(then([B], 1));
  expect(pages.asked).toEqual([{ grid: GRID, epoch: EPOCH, since: 2 }]);
  await pages.give(then([C, D], 2, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", revision: 4 });
});

test("R4, R5: ranges that come during a stream are applied after its last page", async () => {
  const { replica, wire, pages } = await opened();
  // b moves on before its page was read, then d is changed and c deleted after theirs were
  await wire.announce("changes", range(4, [change(5, "b", { y: 5 })]));
  await pages.give(then([C], 1));
  await wire.announce("changes", range(5, [change(6, "d", { y: 6 }), change(7, "c", null, "delete")]));
  expect(replica.get("c")).toMatchObject({ version: 3, deleted: false });
  await pages.give(then([D, ["b", 5, { x: 2, y: 5 }]], 3, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", revision: 7 });
  expect(replica.ids()).toEqual(["a", "b", "d"]);
  expect(replica.get("d")?.fields).toEqual({ x: 4, y: 6 });
  expect(wire.sent).toEqual([]);
});

test.each([
  ["breaks off", new Error("network error")],
  ["ends before its last page", null],
])("R9: where it %s, the rest is pulled from the last whole page on", async (_, end) => {
  const { replica, wire, pages } = await opened();
  await pages.give(then([B], 1));
  await pages.give(end);
  const pull = wire.take("pull");
  expect(pull.payload).toEqual({ grid: GRID, epoch: EPOCH, since: 2 });
  await pull.answer(then([C], 2));
  await wire.take("pull").answer(then([D], 3, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", revision: 4, count: 4 });
  expect(pages.asked).toHaveLength(1);
});

test("what once could not be had by a stream is tried by one again at the next gap", async () => {
  const { wire, pages } = await opened();
  await pages.give(new Error("refused"));
  await wire.take("pull").answer(then([B, C, D], 1, { more: false }));
  await wire.announce("head", head([A, B, C, D], { revision: 9 }));
  await wire.take("pull").answer(then([["a", 7, { x: 7 }]], 4));
  expect(pages.asked.map(({ since }) => since)).toEqual([1, 7]);
});

test("what once could not be had by a stream is tried by one again in the next session", async () => {
  const { wire, pages } = await opened();
  await pages.give(new Error("refused"));
  wire.take("pull");
  await wire.setLive(false);
  await wire.setLive(true);
  await wire.take("join_grid").answer(joined([A, B, C, D], { mode: "delta", page: then([B], 1) }));
  expect(pages.asked.map(({ since }) => since)).toEqual([1, 2]);
});

test("R9: another epoch in mid-stream starts again from 0, beside what is shown once that was complete", async () => {
  const { replica, wire, pages } = await opened();
  await pages.give(then([B], 1));
  await pages.give(page([["a", 5, { x: 5 }]], { epoch: "e2", more: true }));
  expect(replica.status()).toMatchObject({ state: "filling", epoch: "e2", count: 1 });
  await pages.give(then([["b", 6, { x: 6 }]], 5, { epoch: "e2", more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", epoch: "e2", revision: 6 });

  await wire.announce("head", head([], { epoch: "e2", revision: 9 }));
  await wire.take("pull").answer(then([["b", 7, { x: 7 }]], 6, { epoch: "e2" }));
  await pages.give(page([["c", 2, { x: 2 }]], { epoch: "e3", more: true }));
  expect(replica.status()).toMatchObject({ epoch: "e2" });
  expect(replica.ids()).toEqual(["a", "b"]);
  await pages.give(then([["d", 3, { x: 3 }]], 2, { epoch: "e3", more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", epoch: "e3", revision: 3 });
  expect(replica.ids()).toEqual(["c", "d"]);
});

test("R5: a page that does not continue is read again from 0, and by pulling", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { replica, wire, pages } = await opened();
  await pages.give(then([D], 3, { more: false }));
  expect(pages.cut.signal.aborted).toBe(true);
  const pull = wire.take("pull");
  expect(pull.payload).toMatchObject({ since: 0 });
  await pull.answer(page([A, B], { more: true }));
  await wire.take("pull").answer(then([C, D], 2, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", count: 4, repairs: 1 });
  expect(pages.asked).toHaveLength(1);
  warned.mockRestore();
});

test("R5: what is to be read again from 0 is pulled, not streamed from where it stands", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { wire, pages } = await opened();
  await wire.setLive(false);
  await wire.setLive(true);
  await wire.take("join_grid").answer(joined([A, B, C, D], { mode: "delta", page: then([D], 3) }));
  expect(wire.take("pull").payload).toMatchObject({ since: 0 });
  expect(pages.asked).toHaveLength(1);
  warned.mockRestore();
});

test("R4: with the connection the stream ends, and goes on where it was in the next session", async () => {
  const { replica, wire, pages } = await opened();
  await pages.give(then([B], 1));
  await wire.setLive(false);
  expect(pages.cut.signal.aborted).toBe(true);
  await wire.setLive(true);
  const join = wire.take("join_grid");
  expect(join.payload).toEqual({ grid: GRID, epoch: EPOCH, since: 2 });
  await join.answer(joined([A, B, C, D], { mode: "delta", page: then([C], 2) }));
  expect(pages.asked.map(({ since }) => since)).toEqual([1, 3]);
  await pages.give(then([D], 3, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", count: 4 });
});

test("R4: a page of a stream of an earlier session is not taken", async () => {
  let arrive = (): void => {};
  const late = new Promise<void>((resolve) => (arrive = resolve));
  async function* deaf(): AsyncGenerator<Page> {
    await late;
    yield then([B], 1);
  }
  const { replica, wire } = await bench(undefined, undefined, undefined, undefined, deaf);
  await wire.setLive(true);
  await wire.take("join_grid").answer(joined([A, B, C, D], { page: FIRST }));
  await wire.setLive(false);
  arrive();
  await settled();
  expect(replica.count).toBe(1);
});

test("a grid that is left is not read on", async () => {
  const { replica, pages } = await opened();
  replica.stop();
  expect(pages.cut.signal.aborted).toBe(true);
  await pages.give(then([B], 1));
  expect(replica.count).toBe(1);
});

test("another definition is fetched between two pages, and the stream asked for the rest", async () => {
  const { replica, wire, pages } = await opened();
  await wire.announce("grid_changed", { grid: GRID, definition: 2 });
  await pages.give(then([B], 1));
  expect(pages.cut.signal.aborted).toBe(true);
  const grid = { id: GRID, title: "New", definition: 2, fields: [] };
  await wire.take("join_grid").answer(joined([A, B, C, D], { grid, page: page([], { more: true }) }));
  expect(replica.status()).toMatchObject({ state: "filling", grid: { title: "New" } });
  expect(pages.asked.map(({ since }) => since)).toEqual([1, 2]);
});

test("what failed before a stream is not asked for again after it", async () => {
  const { replica, wire, pages, time } = await opened();
  await wire.announce("grid_changed", { grid: GRID, definition: 2 });
  await pages.give(then([B], 1));
  await wire.take("join_grid").refuse({ code: "busy" });
  await pass(time, 60_000);
  const grid = { id: GRID, title: "New", definition: 2, fields: [] };
  const redefined = joined([A, B, C, D], { grid, page: page([], { more: true }) });
  await wire.take("join_grid").answer(redefined);
  await pages.give(then([C, D], 2, { more: false }));
  await wire.take("join_grid").answer(redefined); // for the head that came with the first page
  expect(replica.status()).toMatchObject({ state: "complete", revision: 4 });
  expect(wire.sent).toEqual([]);
});

test("R9: what is asked for while a stream runs is pulled after it", async () => {
  const { replica, wire, pages } = await opened();
  await wire.announce("head", head([A, B, C, D], { epoch: "e2", revision: 9 }));
  await pages.give(then([B, C, D], 1, { more: false }));
  expect(replica.status()).toMatchObject({ state: "complete", epoch: EPOCH });
  expect(wire.take("pull").payload).toEqual({ grid: GRID, epoch: EPOCH, since: 4 });
});
