import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedIds } from "./order.ts";
import { uuid7 } from "./uuid.ts";

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 60 });

test("whatever is added and removed, one by one or in bulk, the ids are those, sorted", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), ids), { maxLength: 12 }), (steps) => {
      const order = new SortedIds();
      const model = new Set<string>();
      for (const [add, some] of steps) {
        const known = some.filter((id) => model.has(id) !== add);
        if (add) order.add(known);
        else order.remove(known);
        for (const id of known)
          if (add) model.add(id);
          else model.delete(id);
        expect(order.ids).toEqual([...model].sort());
        for (const id of some) expect(order.has(id)).toBe(model.has(id));
      }
      order.replace(model);
      expect(order.ids).toEqual([...model].sort());
    }),
  );
});

test("ids made in a tab sort as they were made, though the clock stands still or goes back", () => {
  const made = [...Array<number>(5_000).keys()].map((i) => uuid7(2_000_000_000_000 - (i % 7)));
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
  for (const id of made)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
