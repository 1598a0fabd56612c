import { expect, test } from "vitest";
import type { FieldDescription } from "../protocol.ts";
import { ungrouped } from "./grouped.ts";
import { VALUE_TYPES } from "./types.ts";

test.each([
  ["3,281", ",", "3281"],
  ["-28,298.5", ",", "-28298.5"],
  ["1,234,567", ",", "1234567"],
  ["1.234.567", ".", "1234567"],
  ["1 234", "\u202f", "1234"], // a narrow space is on no keyboard
  ["1\u202f234", "\u202f", "1234"],
  ["1'234", "’", "1234"],
])("%s with %j between thousands is %s", (written, group, plain) => {
  expect(ungrouped(written, group)).toBe(plain);
});

test.each([
  ["1,5", ","],
  ["12,34", ","],
  ["1,2345", ","],
  ["1234,567", ","],
  ["0,123", ","], // a comma for a point
  ["1,234,56", ","],
  [",123", ","],
  ["1.234", "."], // a number as it stands
  ["1.234,5", "."],
  ["1,234", "."],
  ["1 234", ","],
  ["1,234", ""],
])("%s with %j between thousands stays as it is", (written, group) => {
  expect(ungrouped(written, group)).toBe(written);
});

test("numbers and decimals are read so", () => {
  const field = (type: FieldDescription["type"]): FieldDescription => ({
    name: "it",
    label: "It",
    type,
    required: false,
    read_only: false,
    default: null,
  });
  const written = new Intl.NumberFormat(undefined, { useGrouping: "always" }).format(1_234_567);
  expect(VALUE_TYPES.integer.parse(written, field("integer"))).toBe(1_234_567);
  expect(VALUE_TYPES.decimal.parse(written, field("decimal"))).toBe("1234567");
});
