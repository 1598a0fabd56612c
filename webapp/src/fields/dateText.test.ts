import { describe, expect, test } from "vitest";
import { readDay, readMoment, thisMinute, today } from "./dateText.ts";
import { offsetAt } from "./moment.ts";

describe("a date as it is written or pasted", () => {
  test.each<[string, string, string | null]>([
    ["2026-07-30", "en-US", "2026-07-30"],
    [" 2026-7-3\n", "de", "2026-07-03"],
    ["2026-07-30T09:15:00+02:00", "en-US", "2026-07-30"],
    ["2026/07/30", "de", "2026-07-30"],
    ["7/30/2026", "en-US", "2026-07-30"],
    ["30/7/2026", "en-GB", "2026-07-30"],
    ["30.7.2026", "de", "2026-07-30"],
    ["30. 7. 2026", "cs", "2026-07-30"],
    ["7/30/26", "en-US", "2026-07-30"],
    ["30/7/2026", "en-US", null], // there is no 30th month
    ["2026-02-30", "en-US", null],
    ["Jul 30, 2026", "en-US", "2026-07-30"],
    ["30 July 2026", "en-GB", "2026-07-30"],
    ["30. Juli 2026", "de", "2026-07-30"],
    ["30 juil. 2026", "fr", "2026-07-30"],
    ["30 de julio de 2026", "es", "2026-07-30"],
    ["30 July 2026", "de", "2026-07-30"],
    ["30 Smarch 2026", "en-US", null],
    ["30/7/2026", "th-TH", "2026-07-30"], // the calendar of the wire, not the country's own
    ["tomorrow", "en-US", null],
    ["42", "en-US", null],
    ["", "en-US", null],
  ])("%j in %s: %j", (text, locale, day) => {
    expect(readDay(text, locale)).toBe(day);
  });
});

describe("a date and time as it is written or pasted", () => {
  const here = (wall: string): string => `${wall}${offsetAt(wall)}`;
  test.each<[string, string, string | null]>([
    ["2026-07-30T09:15:00Z", "en-US", "2026-07-30T09:15:00Z"],
    ["2026-07-30T09:15:30.25+0530", "en-US", "2026-07-30T09:15:30.25+05:30"],
    ["2026-07-30 09:15", "en-US", here("2026-07-30T09:15")],
    ["7/30/2026, 9:15 PM", "en-US", here("2026-07-30T21:15")],
    ["7/30/2026, 12:05 a.m.", "en-US", here("2026-07-30T00:05")],
    ["30.7.2026 09:15:07", "de", here("2026-07-30T09:15:07")],
    ["30.7.2026", "de", here("2026-07-30T00:00")],
    ["2026-07-30 25:00", "en-US", null],
    ["2026-07-30 9:75", "en-US", null],
    ["09:15", "en-US", null],
  ])("%j in %s: %j", (text, locale, moment) => {
    expect(readMoment(text, locale)).toBe(moment);
  });
});

test("today and this minute are those of this place", () => {
  const now = new Date(2026, 6, 3, 9, 5, 59);
  expect(today(now)).toBe("2026-07-03");
  expect(thisMinute(now)).toBe(`2026-07-03T09:05${offsetAt("2026-07-03T09:05")}`);
});
