import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Arrangement } from "./arrangement.ts";
import { Order } from "./order.ts";
import { byFields, recordOf } from "./testkit.ts";

const IDS = ["a", "b", "c", "d", "e", "f", "g"];
const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  fc.record({ do: fc.constant("insert" as const), id, x: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant("hold" as const), id, at: fc.nat(8) }),
  fc.record({ do: fc.constant("remove" as const), id }),
  fc.record({ do: fc.constant("stay" as const), id, x: fc.integer({ min: 0, max: 3 }) }),
);

interface Row {
  readonly id: string;
  readonly x: number;
  readonly held: boolean;
}

const before = (a: Row, b: Row): boolean => a.x < b.x || (a.x === b.x && a.id < b.id);

/** Whether a row stands right among those that are not held. */
function standsRight(rows: readonly Row[], at: number, as: Row): boolean {
  const free = (row: Row): boolean => !row.held;
  const above = rows.slice(0, at).findLast(free);
  const below = rows.slice(at + 1).find(free);
  return (above === undefined || before(above, as)) && (below === undefined || before(as, below));
}

test("held rows stand at their index over an order, like in one plain list", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const arrangement = new Arrangement(new Order(byFields("x"), []));
      let rows: Row[] = [];
      for (const each of steps) {
        const at = rows.findIndex((row) => row.id === each.id);
        if (each.do === "remove" || (each.do === "insert" && at >= 0)) {
          rows = rows.filter((row) => row.id !== each.id);
          arrangement.remove(each.id);
        } else if (each.do === "insert") {
          const row = { id: each.id, x: each.x, held: false };
          const next = rows.findIndex((other) => !other.held && before(row, other));
          rows.splice(next < 0 ? rows.length : next, 0, row);
          arrangement.insert(recordOf(each.id, { x: each.x }));
        } else if (each.do === "hold") {
          rows = rows.filter((row) => row.id !== each.id);
          rows.splice(each.at, 0, { id: each.id, x: 0, held: true });
          arrangement.hold(each.id, each.at);
        } else if (at >= 0) {
          const row = { id: each.id, x: each.x, held: false };
          const right = standsRight(rows, at, row);
          expect(arrangement.stay(recordOf(each.id, { x: each.x }))).toBe(right);
          if (right) rows[at] = row;
        }
        const ids = rows.map((row) => row.id);
        expect(arrangement.length).toBe(ids.length);
        expect([...arrangement.held].toSorted()).toEqual(rows.filter((row) => row.held).map((row) => row.id).toSorted()); // prettier-ignore
        for (const from of [0, 1, 3])
          for (const to of [3, 5, 9]) expect(arrangement.slice(from, to)).toEqual(ids.slice(from, to));
        for (const other of IDS) {
          expect(arrangement.indexOf(other)).toBe(ids.indexOf(other));
          expect(arrangement.has(other)).toBe(ids.includes(other));
        }
      }
    }),
    { numRuns: 500 },
  );
});
