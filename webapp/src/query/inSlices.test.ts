import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byText } from "../fields/compare.ts";
import { atOnce, sortInSlices } from "./inSlices.ts";

const text = fc.string({ unit: fc.constantFrom("a", "A", "á", "ß", "1", "10", " "), maxLength: 4 });

test("sorted slice by slice is sorted at once, and equal items stay as they stand", () => {
  const item = fc.record({ text, n: fc.nat(9) });
  const orders = fc.constantFrom(
    (a: { text: string }, b: { text: string }) => byText(a.text, b.text),
    (a: { n: number }, b: { n: number }) => a.n - b.n,
  );
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 40 }),
      orders,
      fc.integer({ min: 1, max: 50 }),
      (items, by, slice) => {
        expect(atOnce(sortInSlices(items, by, slice))).toEqual(items.toSorted(by));
      },
    ),
    { numRuns: 1000 },
  );
});

test("it may be left off after each slice, and in the midst of a merge", () => {
  const items = Array.from({ length: 4000 }, (_, at) => (at * 7919) % 4000);
  const compared: number[] = [];
  let count = 0;
  const steps = sortInSlices(items, (a, b) => ((count += 1), a - b), 500);
  let { done } = steps.next();
  for (; done !== true; count = 0) {
    compared.push(count);
    count = 0;
    ({ done } = steps.next());
  }
  expect(compared.length).toBeGreaterThan(20);
  expect(Math.max(...compared)).toBeLessThan(10_000); // of some 50,000
});
