import { expect, test } from "vitest";
import { byDecimal, byText } from "./compare.ts";

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
