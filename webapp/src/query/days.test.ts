import { describe, expect, test } from "vitest";
import type { Json } from "../protocol.ts";
import { dayAt, daysOf, readDay, readSpan, SPAN_NAMES, weekStartOf, type Span } from "./days.ts";

const at = (today: string, span: Span["span"], days: number | null = null, weekStart = 1): string =>
  daysOf({ span, days }, { today, weekStart }).join(" ");

describe("relative dates", () => {
  test.each<[today: string, span: Span["span"], range: string]>([
    ["2024-02-29", "today", "2024-02-29 2024-02-29"],
    ["2024-03-01", "yesterday", "2024-02-29 2024-02-29"],
    ["2023-02-28", "tomorrow", "2023-03-01 2023-03-01"],
    ["2024-02-28", "tomorrow", "2024-02-29 2024-02-29"],
    ["2024-02-29", "this_week", "2024-02-26 2024-03-03"],
    ["2024-02-29", "last_week", "2024-02-19 2024-02-25"],
    ["2024-12-31", "next_week", "2025-01-06 2025-01-12"],
    ["2024-02-29", "this_month", "2024-02-01 2024-02-29"],
    ["2024-03-31", "last_month", "2024-02-01 2024-02-29"],
    ["2023-01-31", "next_month", "2023-02-01 2023-02-28"],
    ["2023-12-05", "next_month", "2024-01-01 2024-01-31"],
    ["2024-02-29", "this_year", "2024-01-01 2024-12-31"],
    ["2024-02-29", "last_year", "2023-01-01 2023-12-31"],
    ["2024-02-29", "next_year", "2025-01-01 2025-12-31"],
  ])("on %s, %s: %s", (today, span, range) => {
    expect(at(today, span)).toBe(range);
  });

  test("the past and the next days hold today and so many more", () => {
    expect(at("2024-03-01", "past_days", 1)).toBe("2024-02-29 2024-03-01");
    expect(at("2024-02-28", "next_days", 7)).toBe("2024-02-28 2024-03-06");
    expect(at("2024-02-28", "next_days", 0)).toBe("2024-02-28 2024-02-28");
  });

  test.each([
    [1, "2024-03-03", "2024-02-26 2024-03-03"],
    [7, "2024-03-02", "2024-02-25 2024-03-02"],
    [7, "2024-03-03", "2024-03-03 2024-03-09"],
    [6, "2024-03-01", "2024-02-24 2024-03-01"],
    [6, "2024-03-02", "2024-03-02 2024-03-08"],
  ])("a week that starts on day %i holds %s: %s", (weekStart, today, range) => {
    expect(at(today, "this_week", null, weekStart)).toBe(range);
  });

  test("every span is made of real days", () => {
    for (const span of SPAN_NAMES) {
      const [from, to] = daysOf({ span, days: 3 }, { today: "2024-02-29", weekStart: 1 });
      expect([readDay(from), readDay(to)]).toEqual([from, to]);
      expect(from <= to).toBe(true);
    }
  });
});

test("a week starts as the locale has it", () => {
  expect(weekStartOf("de-DE")).toBe(1);
  const known = "weekInfo" in Intl.Locale.prototype || "getWeekInfo" in Intl.Locale.prototype;
  expect(weekStartOf("en-US")).toBe(known ? 7 : 1);
  expect([1, 6, 7]).toContain(weekStartOf());
});

test("a day is a real one", () => {
  expect(readDay("2024-02-29")).toBe("2024-02-29");
  expect(readDay("0050-01-01")).toBe("0050-01-01");
  for (const none of ["2023-02-29", "2024-2-9", "2024-02-29T00:00:00Z", "", 5, null, ["2024-02-29"]])
    expect(readDay(none)).toBeNull();
});

test("a span that counts days needs their number", () => {
  expect(readSpan({ span: "today" })).toEqual({ span: "today", days: null });
  expect(readSpan({ span: "past_days", days: 7 })).toEqual({ span: "past_days", days: 7 });
  for (const days of [null, -1, 1.5, 1e9, "7"]) expect(readSpan({ span: "past_days", days })).toBeNull();
  const rubbish: readonly Json[] = [null, "today", [], {}, { span: "fortnight" }, { span: "toString" }];
  for (const none of rubbish) expect(readSpan(none)).toBeNull();
});

test("today is the day that a clock here shows", () => {
  expect(dayAt(new Date(2024, 1, 29, 23, 59).getTime())).toBe("2024-02-29");
  expect(dayAt(new Date(2024, 2, 1, 0, 0).getTime())).toBe("2024-03-01");
});
