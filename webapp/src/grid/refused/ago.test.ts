import { expect, test } from "vitest";
import { ago } from "./ago.ts";

test.each([
  ["2026-07-30T09:15:00Z", "now"],
  ["2026-07-30T09:15:30Z", "now"], // another clock
  ["2026-07-30T09:14:01Z", "now"],
  ["2026-07-30T09:13:59Z", "1 minute ago"],
  ["2026-07-30T06:15:00Z", "3 hours ago"],
  ["2026-07-29T09:00:00Z", "yesterday"],
  ["2026-07-20T09:15:00Z", "last week"],
  ["2024-07-01T09:15:00Z", "2 years ago"],
])("%s was %s", (at, words) => {
  expect(ago(at, Date.parse("2026-07-30T09:15:00Z"), "en")).toBe(words);
});
