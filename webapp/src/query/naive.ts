/** A query's answer by definition, for the tests: nothing kept, nothing shared with what is tested but the types. */
import type { FieldDescription, Json } from "../protocol.ts";
import type { RecordView } from "../sync/types.ts";
import { isGroup, type Condition, type Filter, type Query } from "./query.ts";

type Fields = readonly FieldDescription[];
type Values = readonly Json[];

const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
const list = (value: Json): Values => (Array.isArray(value) ? (value as Values) : []);

function label(value: Json, field: FieldDescription): string {
  const at = (field.options ?? []).map(text).indexOf(text(value));
  return field.option_labels?.[at] ?? text(value);
}

/** What a cell shows, for the values that the tests make. */
function shown(value: Json, field: FieldDescription): string {
  const { type } = field;
  if (type === "boolean") return value === true ? "Yes" : value === false ? "No" : text(value);
  if (type === "choice") return label(value, field);
  if (type === "choices" && Array.isArray(value)) return list(value).map((each) => label(each, field)).join(", "); // prettier-ignore
  if (type === "list" && Array.isArray(value)) return list(value).map(text).join(", ");
  if (type === "object" && typeof value === "object" && !Array.isArray(value) && value !== null) {
    return (field.fields ?? [])
      .map(({ name }) => (value as { readonly [key: string]: Json })[name] ?? null)
      .filter((each) => each !== null)
      .map(text)
      .join(", ");
  }
  if (type !== "datetime") return text(value);
  return text(value).replace(
    /^(.{10})T(.{5}):00(Z|.{6})$/,
    (_all, day, time, offset) => `${day} ${time}${offset === "Z" ? "" : ` ${offset}`}`,
  );
}

const fold = (value: string): string => value.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** All other types are asked as the texts that they show. */
const OWN = ["integer", "number", "decimal", "boolean", "date", "datetime", "choice", "choices"];

/** Thirty places after the point, as a whole number; null if it is no decimal. */
function decimal(value: Json): bigint | null {
  const parts = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text(value));
  if (parts === null) return null;
  const whole = BigInt(`${parts[2]}${(parts[3] ?? "").padEnd(30, "0")}`);
  return parts[1] === "-" ? -whole : whole;
}

const number = (value: Json, type: string): bigint | number | null =>
  type === "decimal" ? decimal(value) : typeof value === "number" ? value : null;

/** The day of a date, or of a date-time in UTC, which is where the tests are. */
function day(value: Json, type: string): string | null {
  if (typeof value !== "string") return null;
  if (type === "date") return /^\d{4}-\d\d-\d\d$/.test(value) ? value : null;
  return Number.isNaN(Date.parse(value)) || !value.includes("T")
    ? null
    : new Date(value).toISOString().slice(0, 10);
}

const plus = (from: string, days: number): string =>
  new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);

/** True, false, or null where the condition counts as absent. */
function holds(
  { op, value: asked, field: name }: Condition,
  record: RecordView,
  fields: Fields,
  today: string,
) {
  const field = fields.find((each) => each.name === name);
  if (field === undefined) return null;
  const value = record.fields[name] ?? null;
  const { type } = field;
  const empty = value === null || shown(value, field) === "";
  if (op === "empty") return empty;
  if (op === "not_empty") return !empty;
  if (!OWN.includes(type)) {
    if (typeof asked !== "string" || asked === "") return null;
    const [own, wanted] = [value === null ? "" : fold(shown(value, field)), fold(asked)];
    if (op === "contains") return own.includes(wanted);
    if (op === "not_contains") return !own.includes(wanted);
    if (op === "is") return own === wanted;
    if (op === "is_not") return own !== wanted;
    if (op === "starts_with") return own.startsWith(wanted);
    return op === "ends_with" ? own.endsWith(wanted) : null;
  }
  if (type === "boolean") return op === "yes" ? value === true : op === "no" ? value === false : null;
  if (type === "choice" || type === "choices") {
    const wanted = list(asked).map(text);
    const has = Array.isArray(value) ? list(value).map(text) : value === null ? [] : [text(value)];
    if (wanted.length === 0) return null;
    if (op === "any_of") return wanted.some((each) => has.includes(each));
    if (op === "none_of") return !wanted.some((each) => has.includes(each));
    return op === "all_of" && type === "choices" ? wanted.every((each) => has.includes(each)) : null;
  }
  if (type === "date" || type === "datetime") {
    const own = day(value, type);
    if (op === "within") {
      if (typeof asked !== "object" || asked === null || !("days" in asked)) return null;
      const { span, days } = asked as { readonly span: string; readonly days: number };
      const [from, to] = span === "past_days" ? [plus(today, -days), today] : [today, plus(today, days)];
      return own !== null && own >= from && own <= to;
    }
    const [one, other] = (op === "between" ? list(asked) : [asked, asked]).map((each) => day(each, "date"));
    if (typeof one !== "string" || typeof other !== "string") return null;
    const known = ["is", "between", "before", "after", "on_or_before", "on_or_after"];
    if (own === null) return known.includes(op) ? false : null;
    if (op === "is" || op === "between") return (own >= one && own <= other) || (own >= other && own <= one);
    if (op === "before") return own < one;
    if (op === "after") return own > one;
    if (op === "on_or_before") return own <= one;
    return op === "on_or_after" ? own >= one : null;
  }
  const own = value === null ? null : number(value, type);
  const [one, other] = (op === "between" ? list(asked) : [asked, asked]).map((each) => number(each, type));
  if (one === undefined || other === undefined || one === null || other === null) return null;
  if (op === "not_equal") return own === null || own !== one;
  const known = ["equal", "less", "at_most", "more", "at_least", "between"];
  if (own === null) return known.includes(op) ? false : null;
  if (op === "equal") return own === one;
  if (op === "between") return (own >= one && own <= other) || (own >= other && own <= one);
  if (op === "less") return own < one;
  if (op === "at_most") return own <= one;
  if (op === "more") return own > one;
  return op === "at_least" ? own >= one : null;
}

function passes(filter: Filter, record: RecordView, fields: Fields, today: string): boolean | null {
  if (!isGroup(filter)) return holds(filter, record, fields, today);
  const answers = filter.of
    .map((each) => passes(each, record, fields, today))
    .filter((each) => each !== null);
  if (answers.length === 0) return null;
  return filter.join === "and" ? !answers.includes(false) : answers.includes(true);
}

function found(search: string, record: RecordView, fields: Fields): boolean {
  const texts = fields.flatMap((field) => {
    const value = record.fields[field.name] ?? null;
    return value === null ? [] : [fold(shown(value, field))];
  });
  return fold(search).split(" ").every((word) => word === "" || texts.some((each) => each.includes(word))); // prettier-ignore
}

/** What a record is sorted by in a field, as numbers and texts that compare by `<`; null sorts last. */
function sortKey(value: Json, field: FieldDescription): bigint | number | string | null {
  const { type } = field;
  if (value === null) return null;
  if (type === "boolean") return value === true ? 1 : value === false ? 0 : null;
  const options = (field.options ?? []).map(text);
  if (type === "choice") return options.includes(text(value)) ? options.indexOf(text(value)) : options.length;
  if (type === "integer" || type === "number" || type === "decimal") return number(value, type);
  if (type === "date") return day(value, type);
  if (type === "datetime") return day(value, type) === null ? null : Date.parse(text(value));
  return shown(value, field) || null;
}

/** By first letters of the ids where all is equal; texts as an English reader sorts those that the tests make. */
function compare(a: RecordView, b: RecordView, sort: Query["sort"], fields: Fields): number {
  for (const { field: name, descending } of sort) {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) continue;
    const [x, y] = [a, b].map((record) => sortKey(record.fields[name] ?? null, field)) as [unknown, unknown];
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    const order =
      typeof x === "string" && field.type !== "date"
        ? byReading(x, String(y))
        : (x as number) < (y as number)
          ? -1
          : 1;
    if (order !== 0) return descending ? -order : order;
  }
  return a.id < b.id ? -1 : 1;
}

const exact = new Intl.Collator("en", { numeric: true });
const base = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const byReading = (a: string, b: string): number => base.compare(fold(a), fold(b)) || exact.compare(a, b);

/** The ids of the records that match, in order. */
export function naive(records: Iterable<RecordView>, query: Query, fields: Fields, today: string): string[] {
  return [...records]
    .filter(
      (record) =>
        !record.deleted &&
        passes(query.filter, record, fields, today) !== false &&
        found(query.search, record, fields),
    )
    .toSorted((a, b) => compare(a, b, query.sort, fields))
    .map(({ id }) => id);
}
