import type { Json } from "../protocol.ts";

/** Days as texts, "2026-07-30", which sort as they follow; reckoned in UTC, where every day has 24 hours. */

/** Both ends included. */
export type DayRange = readonly [from: string, to: string];

/** A text that looks like a day, which is enough to compare it; null for anything else. */
export const dayIn = (value: Json): string | null =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null;

/** A real day; null for anything else. */
export function readDay(value: Json): string | null {
  const day = dayIn(value);
  return day !== null && dayOf(...partsOf(day)) === day ? day : null;
}

/** What relative dates are reckoned from. */
export interface Calendar {
  readonly today: string;
  /** 1: Monday … 7: Sunday */
  readonly weekStart: number;
}

/** The day a clock here shows. */
export function dayAt(now: number): string {
  const date = new Date(now);
  return dayOf(date.getFullYear(), date.getMonth(), date.getDate());
}

/** `month` from 0; whatever is beyond its month or year counts on. */
function dayOf(year: number, month: number, day: number): string {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return date.toISOString().slice(0, 10);
}

const partsOf = (day: string): readonly [year: number, month: number, day: number] => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return [year, month - 1, date];
};

function plusDays(day: string, days: number): string {
  const [year, month, date] = partsOf(day);
  return dayOf(year, month, date + days);
}

function week({ today, weekStart }: Calendar, weeks: number): DayRange {
  const weekday = new Date(Date.parse(today)).getUTCDay();
  const from = plusDays(today, 7 * weeks - ((weekday - weekStart + 7) % 7));
  return [from, plusDays(from, 6)];
}

function month({ today }: Calendar, months: number): DayRange {
  const [year, month] = partsOf(today);
  return [dayOf(year, month + months, 1), dayOf(year, month + months + 1, 0)];
}

function year({ today }: Calendar, years: number): DayRange {
  const [year] = partsOf(today);
  return [dayOf(year + years, 0, 1), dayOf(year + years, 11, 31)];
}

const day = ({ today }: Calendar, days: number): DayRange => [plusDays(today, days), plusDays(today, days)];

/** A hundred years; beyond that nobody counts days. */
export const MOST_DAYS = 36_525;

/** The spans that a relative date may mean; today is one of the past and of the next days. */
const SPANS = {
  today: (calendar: Calendar) => day(calendar, 0),
  yesterday: (calendar: Calendar) => day(calendar, -1),
  tomorrow: (calendar: Calendar) => day(calendar, 1),
  this_week: (calendar: Calendar) => week(calendar, 0),
  last_week: (calendar: Calendar) => week(calendar, -1),
  next_week: (calendar: Calendar) => week(calendar, 1),
  this_month: (calendar: Calendar) => month(calendar, 0),
  last_month: (calendar: Calendar) => month(calendar, -1),
  next_month: (calendar: Calendar) => month(calendar, 1),
  this_year: (calendar: Calendar) => year(calendar, 0),
  last_year: (calendar: Calendar) => year(calendar, -1),
  next_year: (calendar: Calendar) => year(calendar, 1),
  past_days: ({ today }: Calendar, days: number): DayRange => [plusDays(today, -days), today],
  next_days: ({ today }: Calendar, days: number): DayRange => [today, plusDays(today, days)],
} as const;

export type SpanName = keyof typeof SPANS;

export const SPAN_NAMES = Object.keys(SPANS) as readonly SpanName[];

/** Whether the span asks for a number of days. */
export const countsDays = (span: SpanName): boolean => span === "past_days" || span === "next_days";

/** The value of a condition about a relative date: `{"span": "past_days", "days": 7}`. */
export interface Span {
  readonly span: SpanName;
  /** null where the span does not count days */
  readonly days: number | null;
}

/** Null if it is none, or lacks its number of days. */
export function readSpan(value: Json): Span | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { span, days = null } = value as { readonly [key: string]: Json };
  const name = SPAN_NAMES.find((each) => each === span);
  if (name === undefined) return null;
  if (!countsDays(name)) return { span: name, days: null };
  return typeof days === "number" && Number.isInteger(days) && days >= 0 && days <= MOST_DAYS
    ? { span: name, days }
    : null;
}

export const daysOf = ({ span, days }: Span, calendar: Calendar): DayRange =>
  SPANS[span](calendar, days ?? 0);

/** The first day of the week in a locale, the browser's without one; Monday where the engine does not know. */
export function weekStartOf(locale?: string): number {
  const tag = locale ?? new Intl.DateTimeFormat().resolvedOptions().locale;
  const known = new Intl.Locale(tag) as {
    readonly getWeekInfo?: () => { readonly firstDay: number };
    readonly weekInfo?: { readonly firstDay: number };
  };
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
}
