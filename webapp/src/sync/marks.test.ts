import { expect, test } from "vitest";
import type { ChangeKind, Fields } from "../protocol.ts";
import { lastsOf, Marks, placesOf, type Circumstances, type PastChange } from "./marks.ts";

const AT = "2026-07-30T10:00:00Z";
const AWAY: Circumstances = { own: false, away: true, again: false, seen: () => false };
const HERE = { ...AWAY, away: false };

let revision = 0;

function past(
  id: string,
  kind: ChangeKind,
  fields: Fields | null,
  previous: Fields | null,
  who = "ben",
): PastChange {
  return { revision: ++revision, id, kind, fields, previous, author: { id: who, name: who }, at: AT };
}

const update = (x: string | null, was: string | null, who?: string) =>
  past("a", "update", { x }, { x: was }, who);

const fieldsOf = (marks: Marks, id = "a") =>
  [...(marks.get(id)?.fields ?? [])].map(([name, { before, last }]) => [name, before, last.author.name]);

test("of many changes of a field the value before the first is left, and who made the last", () => {
  const marks = new Marks();
  marks.apply(update("two", "one"), AWAY);
  marks.apply(past("a", "update", { x: "three", y: 1 }, { x: "two", y: null }, "cid"), AWAY);
  expect(marks.get("a")?.kind).toBe("changed");
  expect(fieldsOf(marks)).toEqual([
    ["x", "one", "cid"],
    ["y", null, "cid"],
  ]);
  expect(placesOf(marks.get("a")!)).toBe(2);
  expect(lastsOf(marks.get("a")!).map(({ author }) => author.name)).toEqual(["cid", "cid"]);
});

test("a field that has its old value back is no change", () => {
  const marks = new Marks();
  marks.apply(update("two", "one"), AWAY);
  marks.apply(update("one", "two", "cid"), AWAY);
  expect(marks.size).toBe(0);
  marks.apply(update("", null), AWAY); // empty is empty
  expect(marks.size).toBe(0);
  marks.apply(update("two", "one"), AWAY);
  marks.apply(update("one", "two"), HERE);
  expect(marks.size).toBe(0);
});

test("what happens while one looks marks nothing new, and goes on with what is marked", () => {
  const marks = new Marks();
  marks.apply(update("two", "one"), HERE);
  marks.apply(past("a", "delete", null, { x: "two" }), HERE);
  marks.apply(past("b", "add", { x: 1 }, null), HERE);
  expect(marks.size).toBe(0);
  marks.apply(update("three", "two"), AWAY);
  marks.apply(past("a", "update", { x: "four", y: 2 }, null, "cid"), HERE);
  expect(fieldsOf(marks)).toEqual([["x", "two", "cid"]]);
});

test("whoever changes it has seen it: one's own change ends a mark, and is none", () => {
  const marks = new Marks();
  const own = { ...AWAY, own: true };
  marks.apply(update("two", "one"), own);
  expect(marks.size).toBe(0);
  marks.apply(past("a", "update", { x: "three", y: 2 }, { x: "two", y: 1 }), AWAY);
  marks.apply(update("mine", "three"), own);
  expect(fieldsOf(marks)).toEqual([["y", 1, "ben"]]);
  marks.apply(update("four", "mine"), AWAY); // of mine I know
  expect(fieldsOf(marks)).toEqual([
    ["y", 1, "ben"],
    ["x", "mine", "ben"],
  ]);
  marks.apply(past("a", "delete", null, { x: "four" }), own);
  marks.apply(past("b", "add", { x: 1 }, null), AWAY);
  marks.apply(past("b", "update", { x: 2 }, { x: 1 }), own);
  expect(marks.size).toBe(0);
});

test("records that came and went are told as such", () => {
  const marks = new Marks();
  marks.apply(past("a", "add", { x: 1 }, null), AWAY);
  marks.apply(past("a", "update", { x: 2 }, { x: 1 }, "cid"), AWAY);
  expect(marks.get("a")).toMatchObject({ kind: "added", last: { author: { name: "ben" } } });
  expect(placesOf(marks.get("a")!)).toBe(1);
  marks.apply(past("b", "add", { x: 1 }, null), { ...AWAY, again: true });
  expect(marks.get("b")?.kind).toBe("restored");
  marks.apply(past("c", "delete", null, { x: 1, y: 2 }), AWAY);
  expect(marks.get("c")).toMatchObject({ kind: "deleted", previous: { x: 1, y: 2 } });
  marks.apply(past("a", "delete", null, { x: 2 }), AWAY); // it was never there for who was away
  expect(marks.get("a")).toBeUndefined();
});

test("a record that was deleted and is back is what it was, with what else had changed in it", () => {
  const marks = new Marks();
  const back = { ...AWAY, again: true };
  marks.apply(past("a", "delete", null, { x: "one" }), AWAY);
  marks.apply(past("a", "add", { x: "one" }, null), back);
  expect(marks.size).toBe(0);
  marks.apply(update("two", "one"), AWAY);
  marks.apply(past("a", "delete", null, { x: "two" }), AWAY);
  expect(marks.get("a")?.kind).toBe("deleted");
  marks.apply(past("a", "add", { x: "two" }, null), back);
  expect(marks.get("a")?.kind).toBe("changed");
  expect(fieldsOf(marks)).toEqual([["x", "one", "ben"]]);
});

test("what is seen is no mark; what follows it is one, and says what was seen", () => {
  const marks = new Marks();
  const seenX = { ...AWAY, seen: (place: string) => place === "x" };
  marks.apply(update("two", "one"), AWAY);
  marks.apply(past("a", "update", { x: "three", y: 2 }, { x: "two", y: 1 }), seenX);
  expect(fieldsOf(marks)).toEqual([["y", 1, "ben"]]);
  marks.apply(update("four", "three"), AWAY);
  expect(fieldsOf(marks)).toContainEqual(["x", "three", "ben"]);
  const seenAll = { ...AWAY, seen: (place: string) => place === "" };
  marks.apply(past("a", "update", { y: 3 }, { y: 2 }), seenAll);
  marks.apply(past("b", "add", { x: 1 }, null), seenAll);
  marks.apply(past("c", "delete", null, { x: 1 }), seenAll);
  expect(marks.size).toBe(0);
});

test("dropping a field leaves the others; of a record that came or went all is dropped", () => {
  const marks = new Marks();
  marks.apply(past("a", "update", { x: 2, y: 2 }, { x: 1, y: 1 }), AWAY);
  const before = marks.get("a");
  marks.drop("a", "x");
  expect(fieldsOf(marks)).toEqual([["y", 1, "ben"]]);
  expect(marks.get("a")).not.toBe(before); // whoever shows it hears of it
  marks.drop("a", "y");
  marks.apply(past("b", "add", { x: 1 }, null), AWAY);
  const added = marks.get("b")!.last.revision;
  marks.apply(past("b", "update", { x: 2 }, { x: 1 }), AWAY);
  expect(marks.get("b")!.last.revision).toBe(added + 1); // who sees it sees that too
  marks.drop("b", "x");
  marks.drop("nobody");
  expect(marks.all()).toEqual([]);
});
