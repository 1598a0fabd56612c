import { assert, array, boolean, constant, constantFrom, integer, oneof, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { byCode } from "../fields/compare.ts";
import type { RecordView } from "../sync/types.ts";
import { Order } from "./order.ts";
import { compareTo, keysOf, type SortKey } from "./sorting.ts";
import { tableOf } from "./table.ts";
import { byFields, listing, recordOf } from "./testkit.ts";

function orderOf(names: readonly string[], records: ReadonlyMap<string, RecordView>): Order {
  const sorting = names.length === 0 ? null : byFields(...names);
  const { ids, records: sorted } = tableOf(listing(records)).find({ matches: null, searched: null, sorting });
  return new Order(sorting, ids, sorted);
}

const mapOf = (fields: Readonly<Record<string, Record<string, number | null>>>): Map<string, RecordView> =>
  new Map(Object.entries(fields).map(([id, each]) => [id, recordOf(id, each)]));

/** The same order, said in the plainest way: null last, then by id. */
function plainly(records: ReadonlyMap<string, RecordView>, names: readonly string[]): string[] {
  return [...records.values()]
    .toSorted((a, b) => {
      for (const name of names) {
        const field = name.replace("-", "");
        const x = (a.fields[field] ?? null) as SortKey;
        const y = (b.fields[field] ?? null) as SortKey;
        if (x === y) continue;
        if (x === null) return 1;
        if (y === null) return -1;
        return (Number(x) - Number(y)) * (name.startsWith("-") ? -1 : 1);
      }
      return byCode(a.id, b.id);
    })
    .map(({ id }) => id);
}

const IDS = ["a", "b", "c", "d", "e", "f", "g"];
const ORDERS = [[], ["x"], ["-x"], ["x", "y"], ["-x", "y"], ["x", "-y"], ["-y", "-x"]];

describe("Order", () => {
  test("is by id without a sorting", () => {
    const order = orderOf([], mapOf({ c: {}, a: {}, b: {} }));
    expect(order.ids).toEqual(["a", "b", "c"]);
    expect([order.indexOf("b"), order.indexOf("bb"), order.has("b"), order.has("bb")]).toEqual([
      1,
      -1,
      true,
      false,
    ]);
  });

  test("puts null last and equal keys by id, whichever the direction of each key", () => {
    const records = mapOf({
      a: { x: null, y: 1 },
      b: { x: 2, y: 1 },
      c: { x: 1, y: null },
      d: { x: 1, y: 3 },
      e: { x: 1, y: 3 },
      f: { x: null, y: null },
    });
    expect(orderOf(["x", "y"], records).ids.join("")).toBe("decbaf");
    expect(orderOf(["-x", "-y"], records).ids.join("")).toBe("bdecaf");
    expect(orderOf(["-x", "y"], records).ids.join("")).toBe("bdecaf");
  });

  test("lets a record stay where it still belongs, by what it is now", () => {
    const records = mapOf({ a: { x: 1 }, b: { x: 5 }, c: { x: 9 } });
    const order = orderOf(["x"], records);
    expect(order.stay(recordOf("b", { x: 10 }))).toBe(false);
    expect(order.stay(recordOf("b", { x: 0 }))).toBe(false);
    expect(order.stay(recordOf("b", { x: 8 }))).toBe(true);
    expect(order.stay(recordOf("a", { x: 7 }))).toBe(true);
    expect(order.stay(recordOf("a", { x: 9 }))).toBe(false);
    expect([order.indexOf("a"), order.indexOf("b"), order.indexOf("c")]).toEqual([0, 1, 2]);
  });

  test("kept by inserting and removing equals sorted anew, whatever happens", () => {
    const key = oneof(constant(null), integer({ min: 0, max: 3 }));
    const step = record({ id: constantFrom(...IDS), x: key, y: key, present: boolean() });
    assert(
      property(array(step, { maxLength: 60 }), constantFrom(...ORDERS), (steps, names) => {
        const records = new Map<string, RecordView>();
        const order = orderOf(names, records);
        for (const { id, x, y, present } of steps) {
          const before = order.ids.indexOf(id);
          const moved = recordOf(id, { x, y });
          if (present && before >= 0 && order.stay(moved)) {
            records.set(id, moved);
          } else {
            expect(order.remove(id)).toBe(before);
            records.delete(id);
            if (present) records.set(id, moved);
            if (present) expect(order.insert(moved)).toBe(order.ids.indexOf(id));
          }
          expect(order.ids).toEqual(plainly(records, names));
          expect(order.ids).toEqual(orderOf(names, records).ids);
          for (const [at, each] of order.ids.entries()) expect(order.indexOf(each)).toBe(at);
          for (const each of IDS) expect(order.has(each)).toBe(records.has(each));
        }
      }),
    );
  });
});

test("different keys that compare as the same are ties, for the next key or the id to break", () => {
  const records = new Map([["a", "2.50"], ["b", "2.5"], ["c", "2.50"]].map(([id = "", x = ""]) => [id, recordOf(id, { x })])); // prettier-ignore
  expect(orderOf(["x"], records).ids).toEqual(["a", "b", "c"]);
});

test("records are compared key by key, and never equal unless they are one", () => {
  const [a, b] = [recordOf("a", { x: 1, y: 2 }), recordOf("b", { x: 1, y: 2 })];
  const sorting = byFields("x", "-y");
  expect(compareTo(sorting, keysOf(sorting, a), "a", b)).toBeLessThan(0);
  expect(compareTo(sorting, keysOf(sorting, b), "b", a)).toBeGreaterThan(0);
  expect(compareTo(sorting, keysOf(sorting, a), "a", a)).toBe(0);
});
