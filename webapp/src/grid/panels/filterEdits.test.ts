import { expect, test } from "vitest";
import type { Condition, Filter, Group } from "../../query/query.ts";
import { appendAt, filterAt, joinAt, removeAt, replaceAt } from "./filterEdits.ts";

const on = (field: string): Condition => ({ field, op: "is", value: "x" });
const all = (...of: Filter[]): Group => ({ join: "and", of });
const any = (...of: Filter[]): Group => ({ join: "or", of });

const [a, b, c, d] = ["a", "b", "c", "d"].map(on) as [Condition, Condition, Condition, Condition];
const filter = all(a, any(b, all(c)));

test("a path leads to a condition, to a group, or nowhere", () => {
  expect(filterAt(filter, [])).toBe(filter);
  expect(filterAt(filter, [1, 0])).toBe(b);
  expect(filterAt(filter, [1, 1])).toEqual(all(c));
  expect(filterAt(filter, [7])).toBeUndefined();
  expect(filterAt(filter, [0, 0])).toBeUndefined(); // a condition holds nothing
});

test("what stands at a path is replaced, and nothing else is touched", () => {
  const next = replaceAt(filter, [1, 1, 0], d);
  expect(next).toEqual(all(a, any(b, all(d))));
  expect(next.of[0]).toBe(a);
  expect(filter).toEqual(all(a, any(b, all(c))));
});

test("a path that leads nowhere changes nothing", () => {
  expect(replaceAt(filter, [7], d)).toBe(filter);
  expect(replaceAt(filter, [0, 0], d)).toEqual(filter);
  expect(appendAt(filter, [0], d)).toEqual(filter);
  expect(joinAt(filter, [0], "or")).toEqual(filter);
});

test("a condition is added at the end of the group that is named", () => {
  expect(appendAt(filter, [], d)).toEqual(all(a, any(b, all(c)), d));
  expect(appendAt(filter, [1], d)).toEqual(all(a, any(b, all(c), d)));
  expect(appendAt(filter, [1, 1], any(d))).toEqual(all(a, any(b, all(c, any(d)))));
});

test("each group is joined in its own way", () => {
  expect(joinAt(filter, [], "or")).toEqual(any(a, any(b, all(c))));
  expect(joinAt(filter, [1], "and")).toEqual(all(a, all(b, all(c))));
});

test("groups that have become empty go with their last condition, the filter itself stays", () => {
  expect(removeAt(filter, [1, 0])).toEqual(all(a, any(all(c))));
  expect(removeAt(filter, [1, 1, 0])).toEqual(all(a, any(b)));
  expect(removeAt(all(any(all(c))), [0, 0, 0])).toEqual(all());
  expect(removeAt(any(a), [0])).toEqual(any());
});
