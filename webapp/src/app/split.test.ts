import { assert, constantFrom, double, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { PANE_PX, SPLIT_PX, splitByKey, splitOf } from "./split.ts";

const room = integer({ min: 2 * PANE_PX + SPLIT_PX + 1, max: 4_000 });
const widths = (split: number, of: number) => {
  const both = of - SPLIT_PX;
  return [(both * split) / 100, both - (both * split) / 100] as const;
};
const rounding = (of: number) => of * 0.000_51;

test("wherever it is dragged, both panes keep their least width", () => {
  assert(
    property(double({ min: -5_000, max: 9_000, noNaN: true }), room, (left, of) => {
      for (const width of widths(splitOf(left, of), of))
        expect(width).toBeGreaterThanOrEqual(PANE_PX - rounding(of));
    }),
  );
});

test("keys keep it too, from anywhere", () => {
  const keys = constantFrom("ArrowLeft", "ArrowRight", "Home", "End");
  assert(
    property(keys, integer({ min: 5, max: 95 }), room, (key, split, of) => {
      for (const width of widths(splitByKey(key, split, of, false)!, of))
        expect(width).toBeGreaterThanOrEqual(PANE_PX - rounding(of));
    }),
  );
});

test("dragging follows the pointer, keys go by steps and to the ends", () => {
  expect(splitOf(600, 1_212)).toBe(50);
  expect(splitOf(433, 1_212)).toBe(36.1);
  expect(splitByKey("ArrowRight", 50, 1_212, false)).toBe(52);
  expect(splitByKey("ArrowLeft", 50, 1_212, true)).toBe(40);
  expect(splitByKey("Home", 50, 1_212, false)).toBe(23.3);
  expect(splitByKey("End", 50, 1_212, false)).toBe(76.7);
  expect(splitByKey("Enter", 70, 1_212, false)).toBe(50);
  expect(splitByKey("a", 50, 1_212, false)).toBeNull();
});

test("where there is no room for two, both are as wide", () => {
  expect(splitOf(10, 500)).toBe(50);
});
