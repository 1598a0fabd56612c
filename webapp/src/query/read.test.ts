import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionsOf } from "./filter.ts";
import { isGroup, type Filter, type Group } from "./query.ts";
import { readFilter } from "./read.ts";

const scalar = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(fc.stringMatching(/^[a-z]+$/), scalar, { maxKeys: 3 }).map((each) => ({ ...each }))); // prettier-ignore
const condition = fc.record({ field: fc.string(), op: fc.string(), value });

const { group } = fc.letrec<{ group: Group; filter: Filter }>((tie) => ({
  group: fc.record({
    join: fc.constantFrom("and" as const, "or" as const),
    of: fc.array(tie("filter"), { maxLength: 3 }),
  }),
  filter: fc.oneof({ depthSize: "small", maxDepth: 5 }, condition, tie("group")),
}));

const depth = (filter: Filter): number => (isGroup(filter) ? 1 + Math.max(0, ...filter.of.map(depth)) : 0);
const size = (filter: Filter): number => (isGroup(filter) ? filter.of.reduce((sum, each) => sum + 1 + size(each), 0) : 0); // prettier-ignore

describe("a filter from an address", () => {
  test("is what was written", () => {
    fc.assert(
      fc.property(group, (filter) => {
        fc.pre(size(filter) <= 100);
        expect(readFilter(JSON.parse(JSON.stringify(filter)))).toEqual(JSON.parse(JSON.stringify(filter)));
      }),
    );
  });

  test("is cut down from anything, without throwing", () => {
    const wild = fc.anything({ maxDepth: 5, withNullPrototype: true });
    const near = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "medium" },
        wild,
        fc.record({ join: wild, of: fc.oneof(wild, fc.array(tie("any"))) }),
        fc.record({ field: wild, op: wild, value: wild }, { requiredKeys: [] }),
      ),
    })).any;
    fc.assert(
      fc.property(near, (json) => {
        const filter = readFilter(json);
        if (filter === null) return;
        expect(readFilter(JSON.parse(JSON.stringify(filter)))).toEqual(JSON.parse(JSON.stringify(filter)));
        expect(depth(filter)).toBeLessThanOrEqual(8);
        expect(size(filter)).toBeLessThanOrEqual(100);
      }),
      { numRuns: 1000 },
    );
  });

  test("goes eight groups deep and has a hundred conditions at most", () => {
    let deep: unknown = { field: "a", op: "is", value: "x" };
    for (let level = 0; level < 9; level += 1) deep = { join: "and", of: [deep] };
    expect(depth(readFilter(deep) as Group)).toBe(8);
    expect(conditionsOf(readFilter(deep) as Group)).toEqual([]);
    const wide = { join: "or", of: Array.from({ length: 300 }, () => ({ field: "a", op: "is", value: 1 })) };
    expect(readFilter(wide)?.of).toHaveLength(100);
  });

  test.each([null, 5, "x", [], {}, { of: {} }, { join: "and" }])("is none: %j", (json) => {
    expect(readFilter(json)).toBeNull();
  });

  test("loses what is no condition, and values that no operator takes", () => {
    expect(
      readFilter({
        join: "xor",
        of: [
          5,
          {},
          { field: "a" },
          { field: "a", op: "is" },
          { field: "b", op: "is", value: [[1], Number.NaN, "x"] },
        ],
      }),
    ).toEqual({
      join: "and",
      of: [
        { field: "a", op: "is", value: null },
        { field: "b", op: "is", value: [null, null, "x"] },
      ],
    });
  });
});
