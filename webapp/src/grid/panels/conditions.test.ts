import { expect, test } from "vitest";
import type { FieldDescription, FieldType, Json } from "../../protocol.ts";
import type { Condition, Group } from "../../query/query.ts";
import { askedOf, countOf, onField, placeOf, readNumber, withOperator } from "./conditions.ts";

const field = (name: string, type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  label: name,
  type,
  required: false,
  read_only: false,
  default: null,
  ...more,
});

const title = field("title", "text");
const notes = field("notes", "long_text");
const size = field("size", "integer");
const price = field("price", "decimal", { precision: 2 });
const due = field("due", "date");
const start = field("start", "date");
const status = field("status", "choice", { options: ["open", "done"] });
const fields = [title, notes, size, price, due, start, status];

const ask = (name: string, op: string, value: Json = null): Condition => ({ field: name, op, value });
const all = (...of: Group["of"]): Group => ({ join: "and", of });

test("a condition that asks another field keeps its operator and value where that field has them", () => {
  expect(onField(ask("title", "starts_with", "A"), notes)).toEqual(ask("notes", "starts_with", "A"));
  expect(onField(ask("due", "between", ["2026-01-01", "2026-02-01"]), start)).toEqual(
    ask("start", "between", ["2026-01-01", "2026-02-01"]),
  );
  expect(onField(ask("title", "empty"), due)).toEqual(ask("due", "empty"));
});

test("an operator that is left keeps nothing that the other field does not understand", () => {
  expect(onField(ask("size", "between", [1, 2]), due)).toEqual(ask("due", "between", [null, null]));
  expect(onField(ask("title", "is", "A"), due)).toEqual(ask("due", "is"));
});

test("a condition starts anew where the other field cannot be asked that", () => {
  expect(onField(ask("title", "contains", "A"), size)).toEqual(ask("size", "equal"));
  expect(onField(ask("title", "contains", "A"), status)).toEqual(ask("status", "any_of", []));
});

test("another operator keeps the value where it is put in alike, even while it is none yet", () => {
  expect(withOperator(ask("title", "contains", "A"), title, "is_not")).toEqual(ask("title", "is_not", "A"));
  expect(withOperator(ask("size", "less", "1,"), size, "more")).toEqual(ask("size", "more", "1,"));
  expect(withOperator(ask("size", "less", 4), size, "between")).toEqual(ask("size", "between", [null, null]));
  expect(withOperator(ask("due", "is", "2026-01-01"), due, "within").value).not.toBe("2026-01-01");
});

test("an operator that a link made up is left for one that there is", () => {
  expect(withOperator(ask("title", "sounds_like", 5), title, "contains")).toEqual(ask("title", "contains"));
  expect(withOperator(ask("title", "sounds_like", "A"), title, "contains")).toEqual(
    ask("title", "contains", "A"),
  );
});

test("only conditions count that are whole, on fields and with operators that there are", () => {
  const filter = all(
    ask("title", "contains", "A"),
    ask("title", "contains"),
    { join: "or", of: [ask("due", "empty"), ask("size", "less", "x"), ask("size", "between", [1, null])] },
    ask("gone", "is", "A"),
    ask("title", "sounds_like", "A"),
  );
  expect(countOf(filter, fields)).toBe(2);
  expect(countOf(all(), fields)).toBe(0);
});

test("filtering by a field finds the condition that is there, in a group too", () => {
  const filter = all(ask("title", "empty"), {
    join: "or",
    of: [ask("size", "equal", 1), ask("due", "empty")],
  });
  expect(askedOf(filter, due)).toEqual({ filter, at: [1, 1] });
  expect(askedOf(filter, due).filter).toBe(filter);
});

test("filtering by a field narrows what is shown: it never becomes one of several that may hold", () => {
  const one = ask("title", "contains", "A");
  const begun = ask("size", "equal");
  expect(askedOf(all(one), size)).toEqual({ filter: all(one, begun), at: [1] });
  expect(askedOf({ join: "or", of: [one] }, size)).toEqual({ filter: all(one, begun), at: [1] });
  const either: Group = { join: "or", of: [one, ask("due", "empty")] };
  expect(askedOf(either, size)).toEqual({ filter: all(either, begun), at: [1] });
});

test("what is no number is kept as it is written, with a sentence", () => {
  expect(readNumber(" 12 ", size)).toEqual({ value: 12, problem: null });
  expect(readNumber("", size)).toEqual({ value: null, problem: null });
  expect(readNumber("1.5", price)).toEqual({ value: "1.50", problem: null });
  const { value, problem } = readNumber("1,5", size);
  expect(value).toBe("1,5");
  expect(problem).toContain("“1,5” is not a number");
});

test("places are counted from 1", () => {
  expect(placeOf([0])).toBe("1");
  expect(placeOf([1, 0])).toBe("2.1");
});
