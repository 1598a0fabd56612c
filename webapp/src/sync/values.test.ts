import { expect, test } from "vitest";
import type { Json } from "../protocol.ts";
import { compact, explicit, flawOf, overlay } from "./values.ts";

/** `levels` arrays around a number. */
const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);

test.each<[string, Json]>([
  ["NaN", Number.NaN],
  ["infinity", -Infinity],
  ["an integer beyond 2^53", 2 ** 53 + 2],
  ["NUL", "a\0"],
  ["half a surrogate pair", "\ud83d"],
  ["half a pair as a key", { "\udcda": 1 }],
  ["a flaw inside", { a: [{ b: Number.NaN }] }],
  ["17 levels", nested(17)],
])("%s is beyond the wire's limits", (_, value) => {
  expect(flawOf(value)).toEqual(expect.any(String));
});

test.each<[string, Json]>([
  ["2^53", 2 ** 53],
  ["a large double", 1e300],
  ["a book", "📚"],
  ["16 levels", nested(16)],
  ["null inside", { a: null, b: [true, ""] }],
])("%s is within", (_, value) => {
  expect(flawOf(value)).toBeNull();
});

test("empty fields are absent where they are held, null where they are sent, gone where they are laid over", () => {
  const fields = { a: 1, b: "", c: null, d: 0, e: false };
  expect(compact(fields)).toEqual({ a: 1, d: 0, e: false });
  expect(explicit({ a: "", b: 1 })).toEqual({ a: null, b: 1 });
  expect(overlay({ a: 1, b: 2 }, { a: "", c: 3 })).toEqual({ b: 2, c: 3 });
});
