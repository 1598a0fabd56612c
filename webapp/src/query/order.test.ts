import { assert, array, constantFrom, integer, oneof, property, record, constant, boolean } from "fast-check";
import { describe, expect, test } from "vitest";
import { byCode, byDecimal, byNumber, byText } from "../fields/compare.ts";
import { Order, type SortKey, type Sorting } from "./order.ts";

const sortingOf = (keys: ReadonlyMap<string, SortKey>, descending = false, compare = byNumber): Sorting => ({
  key: (id) => keys.get(id) ?? null,
  compare,
  descending,
});

/** The same order, said in the plainest way. */
function plainly(keys: ReadonlyMap<string, SortKey>, descending: boolean): string[] {
  const filled = [...keys].filter(([, key]) => key !== null) as [string, number][];
  const empty = [...keys].filter(([, key]) => key === null).map(([id]) => id);
  filled.sort(([a, x], [b, y]) => (descending ? y - x : x - y) || byCode(a, b));
  return [...filled.map(([id]) => id), ...empty.toSorted(byCode)];
}

describe("Order", () => {
  test("is by id without a sorting", () => {
    expect(new Order(null, ["c", "a", "b"]).ids).toEqual(["a", "b", "c"]);
  });

  test("puts null last and equal keys by id, in both directions", () => {
    const keys = new Map<string, SortKey>([["d", 1], ["a", null], ["c", 1], ["b", 2]]); // prettier-ignore
    expect(new Order(sortingOf(keys), keys.keys()).ids).toEqual(["c", "d", "b", "a"]);
    expect(new Order(sortingOf(keys, true), keys.keys()).ids).toEqual(["b", "c", "d", "a"]);
  });

  test("says whether anything moved", () => {
    const keys = new Map<string, SortKey>([["a", 1], ["b", 5], ["c", 9]]); // prettier-ignore
    const order = new Order(sortingOf(keys), keys.keys());
    expect(order.place("b", true)).toBe(false);
    keys.set("b", 6);
    expect(order.place("b", true)).toBe(false);
    keys.set("b", 10);
    expect(order.place("b", true)).toBe(true);
    expect(order.ids).toEqual(["a", "c", "b"]);
    expect(order.place("x", false)).toBe(false);
    expect(order.place("a", false)).toBe(true);
    expect(order.indexOf("a")).toBe(-1);
    expect(order.indexOf("b")).toBe(1);
  });

  test("kept by placing equals sorted anew, whatever happens", () => {
    const key = oneof(constant(null), integer({ min: 0, max: 5 }));
    const step = record({ id: constantFrom("a", "b", "c", "d", "e", "f", "g"), key, present: boolean() });
    assert(
      property(array(step, { maxLength: 60 }), boolean(), (steps, descending) => {
        const keys = new Map<string, SortKey>();
        const order = new Order(sortingOf(keys, descending));
        for (const { id, key, present } of steps) {
          const before = [...order.ids];
          if (present) keys.set(id, key);
          else keys.delete(id);
          const moved = order.place(id, present);
          expect(order.ids).toEqual(plainly(keys, descending));
          expect(moved).toBe(before.join() !== order.ids.join());
          expect(order.indexOf(id)).toBe(order.ids.indexOf(id));
        }
      }),
    );
  });
});

test("texts stand as people read them", () => {
  const names = ["Gate 10", "gate 9", "Étampes", "Zürich", "Evian", "Gate 9"];
  expect(names.toSorted(byText)).toEqual(["Étampes", "Evian", "gate 9", "Gate 9", "Gate 10", "Zürich"]);
});

test("decimals are compared exactly", () => {
  const values = ["10", "-2.5", "9.50", "0.1000000000000000055", "0.1000000000000000056", "-2.50", "0"];
  expect(values.toSorted(byDecimal)).toEqual([
    "-2.5",
    "-2.50",
    "0",
    "0.1000000000000000055",
    "0.1000000000000000056",
    "9.50",
    "10",
  ]);
  expect(byDecimal("-2.5", "-2.50")).toBe(0);
  expect(byDecimal("123456789012345678901", "123456789012345678902")).toBeLessThan(0);
});
