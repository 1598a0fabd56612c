import { expect, test } from "vitest";
import { byDecimal } from "./compare.ts";

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
