// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import type { ChangeKind, Fields, HistoryEntry, PageEntry } from "../protocol.ts";
import { AWAY_MS } from "./attendance.ts";
import { Away } from "./away.ts";
import { MOST_CHANGES } from "./gap.ts";
import { LocalSeen, withGap, type Seen, type SeenStore } from "./seen.ts";
import { settled } from "./simulation/timeline.ts";
import { Subscribers } from "./subscribers.ts";
import { bench, change, GRID, head, joined, page, pass, range, type Bench } from "./testkit.ts";
import { Refused, RequestTimeout } from "./wire.ts";

const A: PageEntry = ["a", 1, { x: "one", y: 1 }];
const B: PageEntry = ["b", 2, { x: "two" }];

afterEach(() => localStorage.clear());

/** What all tabs of one profile share. */
class Profile {
  readonly kept = new Map<string, Seen>();
  writes = 0;
  private readonly written = new Subscribers<SeenStore>();

  tab(): SeenStore {
    const tab: SeenStore = {
      read: (grid) => this.kept.get(grid) ?? null,
      write: (grid, seen) => {
        this.writes += 1;
        this.kept.set(grid, structuredClone(seen));
        this.written.tell(tab);
      },
      onOther: (_grid, fn) => this.written.add((writer) => writer !== tab && fn()),
    };
    return tab;
  }
}

class Window {
  visible = true;
  private readonly listeners = new Subscribers<void>();
  onChange = (fn: () => void) => this.listeners.add(fn);
  show(visible: boolean) {
    this.visible = visible;
    this.listeners.tell();
  }
}

interface Tab extends Bench {
  readonly away: Away;
  readonly window: Window;
  readonly leave: () => void;
  readonly seen: () => Seen | undefined;
}

/** A tab that looks at the grid, joined with these records. */
async function open(profile: Profile, records: readonly PageEntry[], epoch?: string): Promise<Tab> {
  const made = await bench();
  const { replica, wire, time: clock } = made;
  const window = new Window();
  const away = new Away({ replica, wire, clock, seen: profile.tab(), sight: window, user: () => "me" });
  const leave = away.look();
  await wire.setLive(true);
  const answer = joined(records);
  const anew = epoch === undefined ? {} : { epoch, page: { ...answer.page, epoch } };
  await wire.take("join_grid").answer({ ...answer, ...anew });
  return { ...made, away, window, leave, seen: () => profile.kept.get(GRID) };
}

async function drop({ wire }: Tab): Promise<void> {
  await wire.setLive(false);
}

/** Back with a page of what has changed; the head is its last version. */
async function rejoin({ wire, replica }: Tab, records: readonly PageEntry[]): Promise<void> {
  const from = replica.status().revision;
  await wire.setLive(true);
  const all = [...replica.ids()].map((id): PageEntry => {
    const { version, fields } = replica.get(id)!;
    return records.find((record) => record[0] === id) ?? [id, version, fields];
  });
  const added = records.filter(([id]) => !replica.ids().includes(id));
  const now = [...all, ...added].toSorted((a, b) => a[1] - b[1]);
  await wire
    .take("join_grid")
    .answer(joined(now, { mode: "delta", page: page(records, { mode: "delta", from }) }));
}

function past(
  revision: number,
  id: string,
  fields: Fields | null,
  previous: Fields | null,
  kind: ChangeKind = "update",
  who = "ben",
): HistoryEntry {
  const author = { id: who, name: who === "ben" ? "Ben" : who };
  return { revision, id, kind, fields, previous, author, at: "2026-07-30T10:00:00Z", mutation_id: "m" };
}

const newestFirst = (changes: readonly HistoryEntry[], more = false) => ({
  changes: changes.toReversed(),
  more,
});

/** Answers what is asked of the history, and of the deletions before. */
async function tell({ wire }: Tab, changes: readonly HistoryEntry[], deleted?: readonly HistoryEntry[]) {
  await wire.take("history").answer(newestFirst(changes));
  if (deleted !== undefined) await wire.take("history").answer(newestFirst(deleted));
}

const marked = ({ away }: Tab) =>
  Object.fromEntries(
    away.all().map(({ id, kind, fields }) => {
      const befores = [...fields].map(([name, { before }]) => [name, before]);
      return [id, kind === "changed" ? Object.fromEntries(befores) : kind];
    }),
  );

const THREE = past(3, "a", { x: "three" }, { x: "one" });

/** Away while Ben changed a cell, and back. */
async function returned(profile = new Profile()): Promise<Tab> {
  const tab = await open(profile, [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
  await tell(tab, [THREE]);
  return tab;
}

test("the first visit marks nothing, and asks for nothing", async () => {
  const tab = await open(new Profile(), [A, B]);
  expect(tab.away.snapshot()).toEqual({ count: 0, people: [], more: false, replaced: false });
  expect(tab.wire.sent).toEqual([]);
  expect(tab.seen()).toEqual({ epoch: "e1", revision: 2, gaps: [], cells: {} });
});

test("after a lost connection what others did is marked, however short it was", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [
    ["a", 5, { x: "four", y: 7 }],
    ["b", 6, null],
    ["c", 7, { x: "new" }],
  ]);
  expect(tab.wire.sent[0]?.payload).toEqual({ grid: GRID, limit: 1_000 });
  await tell(
    tab,
    [
      past(2, "b", { x: "two" }, { x: null }), // before
      past(3, "a", { x: "three", y: 7 }, { x: "one", y: 1 }),
      past(4, "a", { y: 7 }, { y: 7 }),
      past(5, "a", { x: "four" }, { x: "three" }, "update", "cid"),
      past(6, "b", null, { x: "two" }, "delete"),
      past(7, "c", { x: "new" }, null, "add"),
    ],
    [],
  );
  expect(marked(tab)).toEqual({ c: "added", b: "deleted", a: { x: "one", y: 1 } });
  expect(tab.away.snapshot()).toMatchObject({ count: 4, more: false });
  expect(tab.away.snapshot().people.toSorted()).toEqual(["Ben", "cid"]);
  expect(tab.away.all().map(({ id }) => id)).toEqual(["c", "b", "a"]);
  expect(tab.away.all()).toBe(tab.away.all());
});

test("what happens while one looks is seen: it marks nothing, and not at the next visit either", async () => {
  const profile = new Profile();
  const tab = await open(profile, [A, B]);
  await tab.wire.announce("changes", range(2, [change(3, "a", { x: "three" })]));
  await pass(tab.time, 1_000);
  expect(tab.seen()?.revision).toBe(3);
  await tab.wire.announce("changes", range(3, [change(4, "a", { x: "four" })]));
  tab.away.flush(); // the page goes before that is written
  const next = await open(profile, [B, ["a", 4, { x: "four" }]]);
  expect(next.wire.sent).toEqual([]);
  expect(marked(next)).toEqual({});
});

test("the next visit marks what was done since the last one", async () => {
  const profile = new Profile();
  const tab = await open(profile, [A, B]);
  tab.leave();
  tab.replica.stop();
  const next = await open(profile, [B, ["a", 3, { x: "three", y: 1 }]]);
  await tell(next, [THREE]);
  expect(marked(next)).toEqual({ a: { x: "one" } });
});

test("one's own changes are left out, and with them what they were made over", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [
    ["a", 4, { x: "mine", y: 1 }],
    ["b", 5, { x: "mine" }],
  ]);
  await tell(tab, [
    THREE,
    past(4, "a", { x: "mine" }, { x: "three" }, "update", "me"),
    past(5, "b", { x: "mine" }, { x: "two" }, "update", "me"),
  ]);
  expect(tab.away.snapshot().count).toBe(0);
  expect(tab.seen()).toEqual({ epoch: "e1", revision: 5, gaps: [], cells: {} }); // nothing is left of that gap
});

test("a page behind another tab is away after a minute, not before", async () => {
  const tab = await open(new Profile(), [A, B]);
  tab.window.show(false);
  await tab.wire.announce("changes", range(2, [change(3, "a", { x: "three" })]));
  await pass(tab.time, AWAY_MS - 1);
  tab.window.show(true);
  expect(tab.wire.sent).toEqual([]);
  tab.window.show(false);
  await tab.wire.announce("changes", range(3, [change(4, "a", { x: "four" })]));
  await pass(tab.time, AWAY_MS);
  expect(tab.seen()?.revision).toBe(3);
  tab.window.show(true);
  await tell(tab, [THREE, past(4, "a", { x: "four" }, { x: "three" })]);
  expect(marked(tab)).toEqual({ a: { x: "three" } });
});

test("a grid that nobody looks at is not seen, though it is joined", async () => {
  const tab = await open(new Profile(), [A, B]);
  tab.leave();
  await tab.wire.announce("changes", range(2, [change(3, "a", { x: "three" })]));
  await pass(tab.time, 1_000);
  expect(tab.seen()?.revision).toBe(2);
  tab.away.look();
  await tell(tab, [THREE]);
  expect(marked(tab)).toEqual({ a: { x: "one" } });
});

test("a later change of a marked cell goes on with its mark; of another cell it marks nothing", async () => {
  const tab = await returned();
  const before = tab.away.of("a");
  await tab.wire.announce(
    "changes",
    range(3, [change(4, "a", { x: "four", y: 2 }), change(5, "b", { x: "" })]),
  );
  expect(marked(tab)).toEqual({ a: { x: "one" } });
  expect(tab.away.of("a")).not.toBe(before);
  expect(tab.away.of("a")?.fields.get("x")?.last).toMatchObject({ revision: 4, author: { name: "Someone" } });
  await tab.wire.announce("changes", range(5, [change(6, "a", { x: "one" })]));
  expect(marked(tab)).toEqual({});
  expect(tab.seen()?.gaps).toEqual([]);
});

test("what is announced while the history is read comes after it", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
  await tab.wire.announce(
    "changes",
    range(3, [change(4, "a", { x: "four" }), change(5, "a", { x: "five" })]),
  );
  await tell(tab, [THREE, past(4, "a", { x: "four" }, { x: "three" })]);
  expect(tab.away.of("a")?.fields.get("x")).toMatchObject({ before: "one", last: { revision: 5 } });
});

test("what is announced while the history is read, and is in it, is not done again", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
  await tab.wire.announce("changes", range(3, [change(4, "a", { x: "four" })]));
  const fifth = past(5, "a", { x: "five" }, { x: "four" });
  await tell(tab, [THREE, past(4, "a", { x: "four" }, { x: "three" }), fifth]);
  expect(tab.away.of("a")?.fields.get("x")).toMatchObject({ before: "one", last: { revision: 5 } });
});

test("a history that is asked for twice is told once", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
  tab.leave();
  tab.away.look(); // as StrictMode does
  const [first, second] = [tab.wire.take("history"), tab.wire.take("history")];
  await first.answer(newestFirst([THREE]));
  await second.answer(newestFirst([THREE]));
  expect(marked(tab)).toEqual({ a: { x: "one" } });
});

test("what was seen just before a connection is lost was seen", async () => {
  const tab = await open(new Profile(), [A, B]);
  await tab.wire.announce("changes", range(2, [change(3, "a", { x: "three" })]));
  await drop(tab);
  await rejoin(tab, [["b", 4, { x: "four" }]]);
  await tell(tab, [THREE, past(4, "b", { x: "four" }, { x: "two" })]);
  expect(marked(tab)).toEqual({ b: { x: "two" } });
});

test("what is seen is gone, for good; what is not is there at the next visit", async () => {
  const profile = new Profile();
  const tab = await open(profile, [A, B]);
  const told = [
    past(3, "a", { x: "three", y: 2 }, { x: "one", y: 1 }),
    past(4, "b", { x: "" }, { x: "two" }),
  ];
  const now: readonly PageEntry[] = [
    ["a", 3, { x: "three", y: 2 }],
    ["b", 4, {}],
  ];
  await drop(tab);
  await rejoin(tab, now);
  await tell(tab, told);
  tab.away.see("a", "x");
  tab.away.see("nobody");
  expect(marked(tab)).toEqual({ a: { y: 1 }, b: { x: "two" } });
  expect(tab.away.snapshot().count).toBe(2);

  const next = await open(profile, now);
  await tell(next, told);
  expect(marked(next)).toEqual({ a: { y: 1 }, b: { x: "two" } });
  next.away.seeAll();
  expect(marked(next)).toEqual({});
  const last = await open(profile, now);
  expect(last.wire.sent).toEqual([]);
  expect(last.seen()).toEqual({ epoch: "e1", revision: 4, gaps: [], cells: {} });
});

test("whoever writes in a marked cell has seen it, before the server has answered", async () => {
  const tab = await returned();
  tab.replica.update("a", { y: 5 }, { y: 1 });
  await settled();
  expect(marked(tab)).toEqual({ a: { x: "one" } });
  tab.replica.update("a", { x: "mine" }, { x: "three" });
  await settled();
  expect(marked(tab)).toEqual({});
});

test("a paste over many marks is written down once", async () => {
  const profile = new Profile();
  const tab = await open(profile, [A, B]);
  await drop(tab);
  await rejoin(tab, [
    ["a", 3, { x: "three", y: 1 }],
    ["b", 5, { x: "four", z: 1 }],
  ]);
  await tell(tab, [THREE, past(4, "b", { x: "four" }, { x: "two" }), past(5, "b", { z: 1 }, { z: null })]);
  const before = profile.writes;
  tab.replica.updateAll([
    { id: "a", patch: { x: "p" }, was: { x: "three" } },
    { id: "b", patch: { x: "q" }, was: { x: "four" } },
  ]);
  await settled();
  expect(marked(tab)).toEqual({ b: { z: null } });
  expect(profile.writes - before).toBe(1);
});

test("whoever brings a deleted record back has seen that it was deleted", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, null]]);
  await tell(tab, [past(3, "a", null, { x: "one", y: 1 }, "delete")]);
  expect(marked(tab)).toEqual({ a: "deleted" });
  expect(tab.replica.restore("a")).not.toBeNull();
  await settled();
  expect(marked(tab)).toEqual({});
});

test("several gaps are told together, and what was seen between them is not", async () => {
  const tab = await returned();
  await tab.wire.announce("changes", range(3, [change(4, "b", { x: "seen" })]));
  await pass(tab.time, 1_000);
  await drop(tab);
  await rejoin(tab, [["b", 5, { x: "five" }]]);
  expect(tab.seen()?.gaps).toEqual([
    [2, 3],
    [4, 5],
  ]);
  // What is known of the first is not read again.
  await tell(tab, [
    THREE,
    past(4, "b", { x: "seen" }, { x: "two" }),
    past(5, "b", { x: "five" }, { x: "seen" }),
  ]);
  expect(marked(tab)).toEqual({ a: { x: "one" }, b: { x: "seen" } });
});

test("what another tab of the same user has seen is seen", async () => {
  const profile = new Profile();
  const one = await open(profile, [A, B]);
  const two = await open(profile, [A, B]);
  const third = range(2, [change(3, "a", { x: "three" })]);
  one.window.show(false);
  await one.wire.announce("changes", third);
  await two.wire.announce("changes", third);
  await pass(two.time, 1_000);
  await pass(one.time, AWAY_MS);
  one.window.show(true);
  expect(one.wire.sent).toEqual([]);

  for (const tab of [one, two]) await drop(tab);
  for (const tab of [one, two]) {
    await rejoin(tab, [["a", 4, { x: "four", y: 2 }]]);
    await tell(tab, [past(4, "a", { x: "four", y: 2 }, { x: "three", y: 1 })]);
  }
  await two.wire.announce("changes", range(4, [change(5, "a", { y: 3 })]));
  one.away.see("a", "y"); // as it was before the last change
  expect(marked(two)).toEqual({ a: { x: "three", y: 1 } });
  await one.wire.announce("changes", range(4, [change(5, "a", { y: 3 }), change(6, "a", { y: 4 })]));
  one.away.see("a", "x"); // nothing is left there
  expect(marked(two)).toEqual({});
});

test("what another tab of the same user has dismissed is seen", async () => {
  const profile = new Profile();
  const one = await open(profile, [A, B]);
  const two = await open(profile, [A, B]);
  for (const tab of [one, two]) await drop(tab);
  for (const tab of [one, two]) {
    await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
    await tell(tab, [THREE]);
  }
  two.away.seeAll();
  expect(marked(one)).toEqual({});
});

test("a record that was deleted before and is back is told as restored", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [
    ["c", 3, { x: 1 }],
    ["d", 4, { x: 2 }],
  ]);
  await tab.wire.take("history").answer({
    changes: [past(4, "d", { x: 2 }, null, "add"), past(3, "c", { x: 1 }, null, "add")],
    more: false,
  });
  const deletions = tab.wire.take("history");
  expect(deletions.payload).toEqual({ grid: GRID, deleted: true, before: 3, limit: 200 });
  await deletions.answer({ changes: [past(2, "c", null, { x: 1 }, "delete")], more: true });
  expect(marked(tab)).toEqual({ c: "restored", d: "added" });
  await tab.wire.announce("changes", range(4, [change(5, "c", { x: 2 })]));
  expect(marked(tab)).toEqual({ c: "restored", d: "added" }); // nobody has seen it by that
});

test("of a long gap the newest changes are told, and that there were more", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  const top = MOST_CHANGES + 500;
  await rejoin(tab, [["a", top, { x: "last", y: 1 }]]);
  let asked = 0;
  for (let before: number = top + 1; asked < MOST_CHANGES; asked += 1_000, before -= 1_000) {
    const request = tab.wire.take("history");
    expect(request.payload).toEqual({ grid: GRID, limit: 1_000, ...(asked > 0 && { before }) });
    const revisions = Array.from({ length: 1_000 }, (_, at) => before - 1_000 + at);
    await request.answer(
      newestFirst(
        revisions.map((r) => past(r, "a", { x: `${r}` }, { x: `${r - 1}` })),
        true,
      ),
    );
  }
  expect(tab.wire.sent).toEqual([]);
  expect(tab.away.snapshot()).toMatchObject({ count: 1, more: true });
  expect(marked(tab)).toEqual({ a: { x: `${top - MOST_CHANGES}` } });
  tab.away.seeAll();
  expect(tab.away.snapshot()).toMatchObject({ count: 0, more: false });
});

test("what the server has pruned is missing, and that is said", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 5, { x: "five", y: 1 }]]);
  await tell(tab, [past(5, "a", { x: "five" }, { x: "four" })]); // 3 and 4 are nowhere any more
  expect(marked(tab)).toEqual({ a: { x: "four" } });
  expect(tab.away.snapshot().more).toBe(true);
});

test("another epoch marks nothing, and says so until that is seen", async () => {
  const profile = new Profile();
  const tab = await returned(profile);
  expect(marked(tab)).toEqual({ a: { x: "one" } });
  const next = await open(profile, [A, ["b", 9, { x: "restored" }]], "e2");
  expect(next.wire.sent).toEqual([]);
  expect(next.away.snapshot()).toMatchObject({ count: 0, replaced: true });
  expect(next.seen()).toEqual({ epoch: "e2", revision: 9, gaps: [], cells: {} });
  next.away.seeAll();
  expect(next.away.snapshot().replaced).toBe(false);
});

test("an epoch that begins while one looks ends all marks, and is said", async () => {
  const tab = await returned();
  await tab.wire.announce("head", head([A], { epoch: "e2" }));
  await tab.wire.take("pull").answer(page([A], { epoch: "e2" }));
  expect(marked(tab)).toEqual({});
  expect(tab.away.snapshot().replaced).toBe(true);
  expect(tab.seen()).toEqual({ epoch: "e2", revision: 1, gaps: [], cells: {} });
});

test("who sees the last of one gap has not seen the next, which is still asked for", async () => {
  const tab = await returned();
  await drop(tab);
  await rejoin(tab, [["b", 4, { x: "four" }]]);
  const history = tab.wire.take("history");
  tab.away.see("a");
  expect(marked(tab)).toEqual({});
  await history.answer(newestFirst([THREE, past(4, "b", { x: "four" }, { x: "two" })]));
  expect(marked(tab)).toEqual({ b: { x: "two" } });
});

test("what a marked record becomes while its page is hidden hides nothing of the rest", async () => {
  const tab = await returned();
  tab.window.show(false);
  await tab.wire.announce(
    "changes",
    range(3, [change(4, "b", { x: "four" }), change(5, "a", { x: "five" })]),
  );
  await pass(tab.time, AWAY_MS);
  tab.window.show(true);
  await tell(tab, [past(4, "b", { x: "four" }, { x: "two" }), past(5, "a", { x: "five" }, { x: "three" })]);
  expect(marked(tab)).toEqual({ a: { x: "one" }, b: { x: "two" } });
});

test("an edit of a record that somebody has deleted is not its restoration", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  tab.replica.update("a", { x: "mine" }, { x: "one" });
  await rejoin(tab, [["a", 3, null]]);
  await tell(tab, [past(3, "a", null, { x: "one", y: 1 }, "delete")]);
  tab.wire.take("mutate");
  tab.replica.update("a", { y: 2 }, { y: 1 });
  await settled();
  expect(marked(tab)).toEqual({ a: "deleted" });
});

test("an answer that a new epoch or 'all seen' has overtaken marks nothing", async () => {
  const profile = new Profile();
  const tab = await open(profile, [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
  const history = tab.wire.take("history");
  tab.away.seeAll();
  await history.answer(newestFirst([THREE]));
  expect(marked(tab)).toEqual({});
});

test("a question that is not answered is asked again, unless the server refuses it for good", async () => {
  const tab = await open(new Profile(), [A, B]);
  await drop(tab);
  await rejoin(tab, [["a", 3, { x: "three", y: 1 }]]);
  await tab.wire.take("history").fail(new RequestTimeout("history"));
  await pass(tab.time, 60_000);
  await tab.wire.take("history").refuse({ code: "busy", retry: true });
  await pass(tab.time, 60_000);
  await tell(tab, [THREE]);
  expect(marked(tab)).toEqual({ a: { x: "one" } });

  await drop(tab);
  await rejoin(tab, [["a", 4, { x: "four", y: 1 }]]);
  const forbidden = { code: "forbidden", message: "", retry: false } as const;
  await tab.wire.take("history").fail(new Refused(forbidden));
  await pass(tab.time, 60_000);
  expect(tab.wire.sent).toEqual([]);
});

test("gaps that touch are one, and of many the oldest are", () => {
  const at = { epoch: "e1", revision: 9, gaps: [], cells: {} };
  const two = withGap(withGap(at, [1, 2]), [2, 4]);
  expect(two.gaps).toEqual([[1, 4]]);
  const many = Array.from({ length: 9 }, (_, i): [number, number] => [10 * i, 10 * i + 1]);
  const { gaps } = many.reduce(withGap, at as Seen);
  expect(gaps).toHaveLength(8);
  expect(gaps.slice(0, 2)).toEqual([
    [0, 11],
    [20, 21],
  ]);
});

test("it is kept in the browser profile, and rubbish there is nothing", () => {
  const seen: Seen = { epoch: "e1", revision: 3, gaps: [[1, 2]], cells: { a: { x: 2 } } };
  new LocalSeen().write(GRID, seen);
  expect(new LocalSeen().read(GRID)).toEqual(seen);
  expect(new LocalSeen().read("another")).toBeNull();
  for (const rubbish of ["{", "null", "7", '{"epoch":"e1"}', JSON.stringify({ ...seen, gaps: [[1]] })]) {
    localStorage.setItem(`tandem.seen.${GRID}`, rubbish);
    expect(new LocalSeen().read(GRID)).toBeNull();
  }
});
