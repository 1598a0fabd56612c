/** Dates and times as people write or paste them: ISO 8601, or the way they are written in their language. */

import { offsetAt } from "./moment.ts";

const two = (number: number): string => String(number).padStart(2, "0");

type Unit = "year" | "month" | "day";

/** Whether a text like "2026-07-30" is a day of the calendar. */
export const isDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};

/** Always in the calendar that the wire's dates are of, whatever the language's own one. */
const gregorian = (locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, { ...options, calendar: "gregory", numberingSystem: "latn" });

/** "7/30/2026" or "30.7.2026": what stands where. */
function orderOf(locale: string | undefined): readonly Unit[] {
  const parts = gregorian(locale, { year: "numeric", month: "numeric", day: "numeric" }).formatToParts(0);
  return parts.map(({ type }) => type).filter((type): type is Unit => /^(year|month|day)$/.test(type));
}

/** The month that a word names, from 1; in the language, or in English. */
function monthOf(word: string, locale: string | undefined): number {
  const plain = (text: string): string => text.toLocaleLowerCase(locale).replace(/\.$/, "");
  for (const language of [locale, "en"]) {
    for (const month of ["long", "short"] as const) {
      const format = gregorian(language, { month, day: "numeric", timeZone: "UTC" });
      for (let at = 0; at < 12; at += 1) {
        const named = format.formatToParts(Date.UTC(2026, at, 1)).find(({ type }) => type === "month");
        if (named !== undefined && plain(named.value) === plain(word)) return at + 1;
      }
    }
  }
  return 0;
}

/** Two digits are a year of this century. */
const yearOf = (written: string): number => Number(written) + (written.length <= 2 ? 2000 : 0);

function dayFrom(year: number, month: number, day: number): string | null {
  const text = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  return isDay(text) ? text : null;
}

function readNumbers(numbers: readonly string[], locale: string | undefined): string | null {
  const order: readonly Unit[] = numbers[0]?.length === 4 ? ["year", "month", "day"] : orderOf(locale);
  const of = (unit: Unit): string => numbers[order.indexOf(unit)] ?? "";
  return dayFrom(yearOf(of("year")), Number(of("month")), Number(of("day")));
}

function readNamed(numbers: readonly string[], word: string, locale: string | undefined): string | null {
  const [first = "", second = ""] = numbers;
  const [year, day] = first.length === 4 ? [first, second] : [second, first];
  return dayFrom(yearOf(year), monthOf(word, locale), Number(day));
}

/** A date as "2026-07-30"; null for what is none. What follows it, a time, is not looked at. */
export function readDay(text: string, locale?: string): string | null {
  const written = text.trim();
  const [, ...numbers] = /^(\d{1,4})[./\-\s]+(\d{1,2})[./\-\s]+(\d{1,4})(?!\d)/.exec(written) ?? [];
  if (numbers.length === 3) return readNumbers(numbers, locale);
  const [, day, month, year] =
    /^(\d{1,2})\.?(?:\s+de)?\s+(\p{L}+\.?),?(?:\s+de)?\s+(\d{2,4})(?!\d)/u.exec(written) ?? [];
  if (day !== undefined) return readNamed([day, year ?? ""], month ?? "", locale);
  const [, named, of, then] = /^(\p{L}+\.?)\s+(\d{1,2}),?\s+(\d{4})(?!\d)/u.exec(written) ?? [];
  return named === undefined ? null : readNamed([of ?? "", then ?? ""], named, locale);
}

const TIME =
  /(?:^|[\sT,])(\d{1,2})[:.](\d\d)(?::(\d\d)(\.\d{1,6})?)?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

/** "9:15 PM" as "21:15"; midnight where no time is written, null where it is none. */
function readTime(text: string): { readonly time: string; readonly offset: string | null } | null {
  const found = TIME.exec(text);
  if (found === null) return /\d[:]\d/.test(text) ? null : { time: "00:00", offset: null };
  const [, hours = "", minutes = "", seconds, parts = "", half, zone] = found;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (/^p/i.test(half) ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return null;
  const offset = zone === undefined ? null : zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  return { time: `${two(hour)}:${minutes}${seconds === undefined ? "" : `:${seconds}${parts}`}`, offset };
}

/** A date and time with its offset, this place's where none is written; null for what is none. */
export function readMoment(text: string, locale?: string): string | null {
  const day = readDay(text, locale);
  const rest = readTime(text.trim());
  if (day === null || rest === null) return null;
  const wall = `${day}T${rest.time}`;
  return `${wall}${rest.offset ?? offsetAt(wall)}`;
}

/** The day at this place: "2026-07-30". */
export function today(now: Date = new Date()): string {
  return `${String(now.getFullYear()).padStart(4, "0")}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The minute at this place, with its offset: "2026-07-30T09:15+02:00". */
export function thisMinute(now: Date = new Date()): string {
  const wall = `${today(now)}T${two(now.getHours())}:${two(now.getMinutes())}`;
  return `${wall}${offsetAt(wall)}`;
}
