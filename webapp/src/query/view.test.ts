import { describe, expect, test } from "vitest";
import type { RecordView } from "../sync/types.ts";
import { asking, atLeast, recordOf, Stage } from "./testkit.ts";
import { NOTHING_WAITS } from "./waits.ts";

const numbers = (of: Readonly<Record<string, number>>): Stage =>
  new Stage(Object.fromEntries(Object.entries(of).map(([id, x]) => [id, { x }])));

/** a to e, sorted by 1 to 5. */
function sorted(): Stage {
  const stage = numbers({ a: 1, b: 2, c: 3, d: 4, e: 5 });
  stage.view.ask(asking(["x"]));
  stage.told = 0;
  return stage;
}

describe("a page", () => {
  test("is the one asked for, and the last where it is beyond the end", () => {
    const stage = numbers({ a: 1, b: 2, c: 3, d: 4, e: 5 });
    stage.view.show(1, 2);
    expect(stage.shown).toBe("cd");
    stage.view.show(9, 2);
    expect(stage.shown).toBe("e");
    expect(stage.view.snapshot()).toMatchObject({ page: 2, pageSize: 2, count: 5, total: 5 });
  });

  test("that a link asks for comes when its records have come", () => {
    const stage = new Stage({});
    stage.state = "filling";
    stage.view.show(1, 2);
    expect(stage.view.snapshot().page).toBe(0);
    for (const id of "abc") stage.set(id, {});
    stage.frame();
    stage.state = "complete";
    stage.set("d", {});
    stage.frame();
    expect(stage.shown).toBe("cd");
  });

  test("that a link asks for is not forgotten while the rows are behind the records", () => {
    const stage = numbers({ a: 1, b: 2 });
    stage.state = "filling";
    stage.view.hold("filling", true);
    stage.view.show(1, 2);
    stage.set("c", {});
    stage.state = "complete";
    stage.view.cursor("a");
    stage.view.hold("filling", false);
    stage.view.cursor("b");
    expect(stage.shown).toBe("ab");
    stage.frame();
    expect(stage.shown).toBe("c");
  });

  test("beyond the end is forgotten once all records are there", () => {
    const stage = numbers({ a: 1, b: 2 });
    stage.view.show(5, 2);
    stage.set("c", {});
    stage.frame();
    expect(stage.shown).toBe("ab");
  });

  test("of a filter counts what matches, and what there is", () => {
    const stage = numbers({ a: 1, b: 2, c: 3 });
    stage.view.ask(asking(["-x"], atLeast("x", 2)));
    expect(stage.shown).toBe("cb");
    expect(stage.view.snapshot()).toMatchObject({ count: 2, total: 3 });
    expect(stage.view.ids()).toEqual(["c", "b"]);
    expect([stage.view.indexOf("b"), stage.view.indexOf("a")]).toEqual([1, -1]);
  });

  test("is the first one again when another question is asked, unless told", () => {
    const stage = sorted();
    stage.view.show(1, 2);
    stage.view.ask(asking(["-x"]));
    expect(stage.shown).toBe("ed");
    stage.view.ask(asking(["-x"]), 1);
    expect(stage.shown).toBe("cb");
  });

  test("is turned to a record at once, before the next frame, if the record belongs there", () => {
    const stage = numbers({ a: 1, b: 2, c: 3 });
    stage.view.show(0, 2);
    stage.set("d", { x: 4 });
    expect(stage.view.reveal("d")).toBe(true);
    expect(stage.shown).toBe("cd");
    stage.view.ask(asking([], atLeast("x", 2)));
    expect(stage.view.reveal("a")).toBe(false);
    expect(stage.shown).toBe("bc");
  });
});

describe("a quiet pane", () => {
  test("publishes nothing when a changed value moves nothing", () => {
    const stage = sorted();
    const { rows } = stage.view.snapshot();
    stage.set("b", { x: 2.5 });
    stage.frame();
    expect(stage.view.snapshot().rows).toBe(rows);
    expect(stage.told).toBe(0);
  });

  test("shows many changes at the next frame, told once, with the same row objects", () => {
    const stage = sorted();
    const [a] = stage.view.snapshot().rows;
    stage.set("a", { x: 10 });
    stage.set("f", { x: 2.5 });
    stage.remove("b");
    expect(stage.shown).toBe("abcde");
    expect(stage.frames).toHaveLength(1);
    stage.frame();
    expect(stage.shown).toBe("fcdea");
    expect(stage.told).toBe(1);
    expect(stage.view.snapshot().rows[4]).toBe(a);
  });

  test("keeps the row with the cursor at its index while others move around it", () => {
    const stage = sorted();
    stage.view.cursor("c");
    stage.set("c", { x: 0 });
    stage.set("a", { x: 6 });
    stage.frame();
    expect(stage.shown).toBe("bdcea");
    stage.remove("c");
    stage.frame();
    expect(stage.shown).toBe("bdcea");
    stage.set("f", { x: 0 });
    stage.frame();
    expect(stage.shown).toBe("fbcdea");
    expect(stage.view.waiting()).toBe(NOTHING_WAITS);
    stage.view.cursor(null);
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, deleted: 1 });
    stage.frame();
    expect(stage.shown).toBe("fbdea");
  });

  test("counts a row that the cursor has left no longer when it stands right again", () => {
    const stage = sorted();
    stage.view.cursor("c");
    stage.set("c", { x: 0 });
    stage.rest();
    expect(stage.shown).toBe("abcde");
    stage.view.active();
    stage.view.cursor(null);
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
    stage.set("a", { x: -2 });
    stage.set("b", { x: -1 });
    stage.frame();
    expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
  });

  test("does nothing when it is told again where the cursor is", () => {
    const stage = sorted();
    stage.view.cursor("c");
    stage.frame();
    stage.view.cursor("c");
    expect(stage.frames).toEqual([]);
  });

  test("that sees a change on another page leaves the rows alone but not the count", () => {
    const stage = numbers({ a: 1, b: 2, c: 3 });
    stage.view.show(0, 2);
    const { rows } = stage.view.snapshot();
    stage.set("d", {});
    stage.frame();
    expect(stage.view.snapshot().count).toBe(4);
    expect(stage.view.snapshot().rows).toBe(rows);
  });
});

describe("an active pane", () => {
  test("moves, adds and takes away nothing, but counts what waits, till it has been quiet for 2 s", () => {
    const stage = sorted();
    stage.view.ask(asking(["x"], atLeast("x", 1)));
    stage.view.active();
    stage.set("a", { x: 10 });
    stage.set("b", { x: 0 });
    stage.set("f", { x: 2.5 });
    stage.remove("d");
    stage.frame();
    expect(stage.shown).toBe("abcde");
    expect(stage.view.waiting()).toEqual({ moved: 1, added: 1, gone: 1, deleted: 1 });
    expect(stage.told).toBe(1);
    stage.clock.pass(1999);
    stage.view.active();
    stage.clock.pass(1999);
    stage.frame();
    expect(stage.shown).toBe("abcde");
    stage.clock.pass(1);
    stage.frame();
    expect(stage.shown).toBe("fcea");
    expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
  });

  test("settles when its user says so", () => {
    const stage = sorted();
    stage.view.active();
    stage.view.cursor("e");
    stage.set("a", { x: 10 });
    stage.set("e", { x: 0 });
    stage.frame();
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
    stage.view.settle();
    expect(stage.shown).toBe("bcdae");
    expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
  });

  test("forgets what waited when it is undone", () => {
    const stage = sorted();
    stage.view.active();
    stage.set("a", { x: 10 });
    stage.remove("b");
    stage.frame();
    stage.set("a", { x: 1 });
    stage.set("b", { x: 2 });
    stage.frame();
    expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
  });

  test("counts no row as moved that stands right again because the one beside it changed", () => {
    const stage = sorted();
    stage.view.active();
    stage.set("b", { x: 3.5 });
    stage.frame();
    expect(stage.view.waiting().moved).toBe(1);
    stage.set("c", { x: 3.7 });
    stage.frame();
    expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
    expect(stage.shown).toBe("abcde");
  });

  test("in the natural order shows a record at the end at once, one in the middle later, and keeps a deleted one", () => {
    const stage = numbers({ a: 1, c: 3 });
    stage.view.active();
    stage.set("d", {});
    stage.set("b", {});
    stage.remove("a");
    stage.frame();
    expect(stage.shown).toBe("acd");
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, added: 1, deleted: 1 });
    stage.rest();
    expect(stage.shown).toBe("bcd");
  });
});

describe("what this pane's user does", () => {
  test("moves the row at once when the cursor is elsewhere, however active the pane is", () => {
    const stage = sorted();
    stage.view.active();
    stage.view.cursor("b");
    stage.set("a", { x: 9 });
    stage.remove("e");
    stage.view.own(["a", "e"]);
    expect(stage.shown).toBe("bcda");
    stage.set("e", { x: 3.5 });
    stage.view.own(["e"]);
    expect(stage.shown).toBe("bceda");
  });

  test("moves the row with the cursor when the cursor leaves it; what others did waits", () => {
    const stage = sorted();
    stage.view.cursor("a");
    stage.set("a", { x: 9 });
    stage.view.own(["a"]);
    stage.set("c", { x: 0 });
    stage.frame();
    expect(stage.shown).toBe("abcde");
    stage.view.cursor("a");
    expect(stage.shown).toBe("abcde");
    stage.view.cursor("b");
    expect(stage.shown).toBe("bcdea");
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
  });

  test("a record that was made stands behind another till the cursor leaves it", () => {
    const stage = sorted();
    stage.view.ask(asking(["x"], atLeast("x", 1)));
    stage.set("z", {});
    stage.view.put("z", "b");
    expect(stage.shown).toBe("abzcde");
    expect(stage.view.waiting()).toBe(NOTHING_WAITS);
    stage.view.cursor("z");
    stage.set("a", { x: 4.5 });
    stage.rest();
    expect(stage.shown).toBe("bczdae");
    stage.set("z", { x: 3.5 });
    stage.view.own(["z"]);
    stage.rest();
    expect(stage.shown).toBe("bczdae");
    stage.view.cursor("b");
    expect(stage.shown).toBe("bczdae");
    stage.set("y", {});
    stage.view.put("y", "zz");
    stage.view.cursor("y");
    expect(stage.shown).toBe("bczdaey");
    stage.view.cursor("b");
    expect(stage.shown).toBe("bczdae");
  });

  test("tells of a row that goes away when the cursor leaves it, and of no other", () => {
    const stage = sorted();
    const gone: string[] = [];
    const off = stage.view.onDeparture((id) => gone.push(id));
    stage.view.ask(asking(["x"], atLeast("x", 1)));
    stage.view.cursor("a");
    stage.view.cursor("b"); // nothing was done to it
    stage.set("b", { x: 2, y: 1 });
    stage.view.own(["b"]);
    stage.view.cursor("c"); // it stands right where it is
    stage.set("a", { x: 0 });
    stage.frame(); // somebody else's doing
    expect(gone).toEqual([]);
    stage.set("c", { x: 9 });
    stage.view.own(["c"]);
    stage.view.cursor("d");
    stage.set("z", {});
    stage.view.put("z", "d");
    stage.view.cursor("z");
    stage.view.cursor("d");
    expect(gone).toEqual(["c", "z"]);
    expect(stage.view.indexOf("z")).toBe(-1);
    stage.set("b", { x: 12 });
    stage.view.own(["b"]); // the editor ends after the cursor has gone on
    stage.view.own(["e", "c"]); // many at once are no row that one has just left
    expect(gone.splice(2)).toEqual(["b"]);
    off();
    stage.set("d", { x: 0 });
    stage.view.own(["d"]);
    stage.view.cursor("e");
    expect(gone).toEqual(["c", "z"]);
  });

  test("of thousands is placed at once, around the row with the cursor", () => {
    const ids = Array.from({ length: 3_000 }, (_, at) => `r${String(at).padStart(4, "0")}`);
    const stage = new Stage(Object.fromEntries(ids.map((id, at) => [id, { x: at }])));
    stage.view.ask(asking(["-x"]));
    stage.view.cursor("r2998");
    const gone = ids.filter((id) => id < "r2500");
    for (const id of gone) stage.records.set(id, recordOf(id, {}, true));
    stage.records.set("r2998", recordOf("r2998", { x: 0 }));
    stage.tell({ kind: "records", touched: [...gone, "r2998"], added: [], removed: [] });
    stage.view.own([...gone, "r2998"]);
    expect(stage.view.snapshot().count).toBe(500);
    expect(stage.view.ids().slice(0, 3)).toEqual(["r2999", "r2998", "r2997"]);
    stage.view.cursor(null);
    expect(stage.view.ids().slice(0, 2)).toEqual(["r2999", "r2997"]);
    expect(stage.view.ids().at(-1)).toBe("r2998");
  });

  test("lets a row stand that waited only because of a row that its user moved away", () => {
    const stage = sorted();
    stage.view.active();
    stage.set("a", { x: 2.5 });
    stage.frame();
    expect(stage.view.waiting().moved).toBe(1);
    stage.set("b", { x: 9 });
    stage.view.own(["b"]);
    expect(stage.shown).toBe("acdeb");
    expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
  });

  test("is forgotten when another question is asked: what others do then waits", () => {
    const stage = sorted();
    stage.view.cursor("a");
    stage.view.own(["a"]);
    stage.set("z", { x: 3.5 });
    stage.view.put("z", "a");
    stage.view.ask(asking(["x"]));
    expect(stage.shown).toBe("abczde");
    stage.set("a", { x: 9 });
    stage.set("z", { x: 0 });
    stage.frame();
    stage.view.cursor("z");
    stage.view.cursor(null);
    expect(stage.shown).toBe("abczde");
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 2 });
  });

  test("a record that was made keeps its place over a rest, and leaves it at once", () => {
    const stage = sorted();
    stage.view.ask(asking(["x"], atLeast("x", 1)));
    stage.set("z", {});
    stage.view.put("z", "b");
    stage.view.cursor("z");
    stage.rest();
    expect(stage.shown).toBe("abzcde");
    stage.view.active();
    stage.view.cursor("a");
    expect(stage.shown).toBe("abcde");
  });

  test("a record that was made and not looked at is like any other after a rest", () => {
    const stage = sorted();
    stage.set("z", { x: 3.5 });
    stage.view.put("z", "a");
    expect(stage.shown).toBe("azbcde");
    stage.rest();
    expect(stage.shown).toBe("abczde");
    stage.view.active();
    stage.set("z", { x: 0 });
    stage.frame();
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
  });

  test("a record that was made where it belongs is like any other", () => {
    const stage = sorted();
    stage.set("z", { x: 1.5 });
    stage.view.put("z", "a");
    stage.set("z", { x: 9 });
    stage.frame();
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
  });

  test("a record that was made is like any other when the replica was replaced", () => {
    const stage = sorted();
    stage.set("z", { x: 3.5 });
    stage.view.put("z", "a");
    stage.tell({ kind: "reset" });
    stage.frame();
    expect(stage.shown).toBe("abczde");
    stage.set("z", { x: 0 });
    stage.frame();
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
  });

  test("cannot put what is not there", () => {
    const stage = sorted();
    stage.remove("e");
    stage.frame();
    stage.view.put("e", "a");
    stage.view.put("nothing", "a");
    expect(stage.shown).toBe("abcd");
  });

  test("a record that was made stands in the last row of a full page, or alone", () => {
    const stage = sorted();
    stage.view.show(0, 2);
    stage.set("z", { x: 9 });
    stage.view.put("z", null);
    expect(stage.shown).toBe("az");
    const empty = new Stage({});
    empty.view.ask(asking([], () => false));
    empty.set("z", {});
    empty.view.put("z", null);
    empty.frame();
    expect(empty.shown).toBe("z");
    empty.rest();
    expect(empty.shown).toBe("");
  });
});

describe("a held pane", () => {
  test("moves nothing, for whatever reason it is held, and shows all of it afterwards", () => {
    const stage = sorted();
    stage.view.hold("editing", true);
    stage.view.hold("filling", true);
    stage.set("a", { x: 10 });
    stage.remove("b");
    stage.rest();
    expect(stage.shown).toBe("abcde");
    expect(stage.view.waiting()).toBe(NOTHING_WAITS);
    stage.view.hold("filling", false);
    stage.rest();
    expect(stage.shown).toBe("abcde");
    stage.view.hold("editing", false);
    stage.rest();
    expect(stage.shown).toBe("cdea");
  });

  test("counts what waits while a cell is edited, and is quiet 2 s after", () => {
    const stage = sorted();
    stage.view.hold("editing", true);
    stage.set("a", { x: 10 });
    stage.rest();
    expect(stage.shown).toBe("abcde");
    expect(stage.view.waiting()).toEqual({ ...NOTHING_WAITS, moved: 1 });
    stage.view.hold("editing", false);
    stage.frame();
    expect(stage.shown).toBe("abcde");
    stage.rest();
    expect(stage.shown).toBe("bcdea");
  });

  test("that is being filled shows what came, even while its user is active", () => {
    const stage = sorted();
    stage.view.hold("filling", true);
    stage.set("f", { x: 0 });
    stage.rest();
    expect(stage.shown).toBe("abcde");
    stage.view.active();
    stage.view.hold("filling", false);
    stage.frame();
    expect(stage.shown).toBe("fabcde");
  });

  test("is not read anew when it was not held", () => {
    const stage = sorted();
    stage.frame();
    stage.view.hold("filling", false);
    expect(stage.frames).toEqual([]);
  });
});

describe("a replica that was replaced", () => {
  test("is read anew, and the cursor's row stays where it was", () => {
    const stage = sorted();
    stage.view.active();
    stage.view.cursor("b");
    stage.records.delete("a");
    stage.records.set("y", { ...(stage.records.get("e") as RecordView), id: "y" });
    stage.tell({ kind: "reset" });
    stage.frame();
    expect(stage.shown).toBe("cbdey");
  });

  test("without the cursor's row shows it no longer", () => {
    const stage = sorted();
    stage.view.cursor("b");
    stage.records.delete("b");
    stage.tell({ kind: "reset" });
    stage.frame();
    expect(stage.shown).toBe("acde");
  });
});

test("more changes than are worth a look each are read anew when the pane is quiet", () => {
  const stage = sorted();
  stage.view.active();
  const touched = Array.from({ length: 3000 }, (_, index) => `x${String(index).padStart(4, "0")}`);
  for (const id of touched) stage.records.set(id, { ...(stage.records.get("a") as RecordView), id });
  stage.tell({ kind: "records", touched, added: touched, removed: [] });
  stage.frame();
  expect(stage.view.snapshot().count).toBe(5);
  expect(stage.view.waiting()).toBe(NOTHING_WAITS);
  stage.rest();
  expect(stage.view.snapshot().count).toBe(3005);
});

test("stops listening when nobody listens, and catches up when somebody does again", () => {
  const stage = numbers({ a: 1 });
  stage.set("c", {});
  stage.end();
  expect(stage.listeners.size).toBe(0);
  expect(stage.frames).toEqual([]);
  stage.set("b", {});
  const end = stage.view.subscribe(() => undefined);
  stage.frame();
  expect(stage.shown).toBe("abc");
  end();
});
