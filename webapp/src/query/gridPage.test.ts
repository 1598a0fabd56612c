import { expect, test } from "vitest";
import type { PageEntry } from "../protocol.ts";
import { settled } from "../sync/simulation/timeline.ts";
import { bench, change, GRID, joined, joinedBench, range } from "../sync/testkit.ts";
import { dayAt } from "./days.ts";
import { GridPage } from "./gridPage.ts";
import { StillClock } from "./testkit.ts";

const RECORDS: readonly PageEntry[] = [
  ["a", 1, { x: 1 }],
  ["b", 2, { x: 2 }],
  ["c", 3, { x: 3 }],
];

async function stage() {
  const frames = new Set<() => void>();
  const { replica, wire } = await joinedBench(RECORDS);
  const page = new GridPage(replica, (fn) => {
    frames.add(fn);
    return () => frames.delete(fn);
  });
  let told = 0;
  page.ask({ pageSize: 2 });
  page.subscribe(() => (told += 1));
  /** All that waits for a frame runs in it; what comes of that waits for the next. */
  const frame = async (): Promise<number> => {
    await settled();
    const before = told;
    const due = [...frames];
    frames.clear();
    for (const fn of due) fn();
    return told - before;
  };
  while (frames.size > 0) await frame();
  return { page, wire, frame };
}

test("many changes make one new snapshot, with the records that did not change", async () => {
  const { page, wire, frame } = await stage();
  const before = page.snapshot();
  expect(before).toMatchObject({ count: 3, title: "Grid", state: "complete", problem: null });
  await wire.announce("changes", range(3, [change(4, "a", { x: 5 }), change(5, "a", { x: 6 })]));
  expect(page.snapshot()).toBe(before);
  expect(await frame()).toBe(1);
  expect(page.snapshot().records.map(({ fields }) => fields)).toEqual([{ x: 6 }, { x: 2 }]);
  expect(page.snapshot().records[1]).toBe(before.records[1]);
  expect(await frame()).toBe(0);
});

test("what does not show makes none", async () => {
  const { page, wire, frame } = await stage();
  const before = page.snapshot();
  await wire.announce("changes", range(3, [change(4, "c", { x: 5 })]));
  expect(await frame()).toBe(0);
  expect(await frame()).toBe(0);
  expect(page.snapshot()).toBe(before);
});

test("another page is there at once", async () => {
  const { page } = await stage();
  page.ask({ page: 1, pageSize: 2 });
  expect(page.snapshot().records.map(({ id }) => id)).toEqual(["c"]);
});

test("a query is asked anew when the grid's fields are known, and when the day is another one", async () => {
  const clock = new StillClock();
  const { replica, wire } = await bench();
  const page = new GridPage(replica, (fn) => clock.after(0, fn), clock);
  const when = { field: "due", op: "within", value: { span: "today" } };
  page.ask({ filter: { join: "and", of: [when] } });
  page.subscribe(() => {});
  await wire.setLive(true);
  const due = {
    name: "due",
    label: "Due",
    type: "date",
    required: false,
    read_only: false,
    default: null,
  } as const;
  const DAY = 86_400_000;
  const [today, tomorrow] = [0, DAY].map((ms) => dayAt(clock.now() + ms));
  const records: readonly PageEntry[] = [
    ["a", 1, { due: today! }],
    ["b", 2, { due: tomorrow! }],
  ];
  const grid = { id: GRID, title: "Grid", definition: 1, fields: [due] };
  await wire.take("join_grid").answer(joined(records, { grid }));
  await settled();
  for (let frame = 0; frame < 5; frame += 1) clock.pass(0); // nothing is due any more
  const shown = () => page.snapshot().records.map(({ id }) => id);
  expect(shown()).toEqual(["a"]);
  clock.pass(DAY);
  clock.pass(0);
  expect(shown()).toEqual(["b"]);
});
