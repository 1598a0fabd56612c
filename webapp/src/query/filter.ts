import { VALUE_TYPES } from "../fields/types.ts";
import { asList, optionLabel, plain } from "../fields/values.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import type { RecordView } from "../sync/types.ts";
import { texts } from "../texts.ts";
import { readSpan, type Calendar } from "./days.ts";
import { endsOf, type Input } from "./operator.ts";
import { operatorOf, operatorsOf } from "./operators.ts";
import { isGroup, type Condition, type Filter, type Query } from "./query.ts";

export { SPAN_NAMES, countsDays, type SpanName } from "./days.ts";
export type { Input } from "./operator.ts";
export { operatorOf, operatorsOf } from "./operators.ts";

export type Matches = (record: RecordView) => boolean;

type Fields = readonly FieldDescription[];

const fieldOf = (name: string, fields: Fields): FieldDescription | undefined =>
  fields.find((field) => field.name === name);

/** The question that a new condition about a field starts with. */
export function newCondition(field: FieldDescription): Condition {
  const [{ op, initial } = { op: "", initial: null }] = operatorsOf(field);
  return { field: field.name, op, value: initial };
}

/**
 * What a record has to pass; null: every one does. A condition that is incomplete or that asks a field or something
 * that is not there counts as absent, and so does a group without others.
 */
export function matchesOf(filter: Filter, fields: Fields, calendar: Calendar): Matches | null {
  if (!isGroup(filter)) return conditionOf(filter, fields, calendar);
  const tests = filter.of.map((each) => matchesOf(each, fields, calendar)).filter((each) => each !== null);
  const [only] = tests;
  if (only === undefined || tests.length === 1) return only ?? null;
  return filter.join === "and"
    ? (record) => tests.every((test) => test(record))
    : (record) => tests.some((test) => test(record));
}

function conditionOf(
  { field: name, op, value }: Condition,
  fields: Fields,
  calendar: Calendar,
): Matches | null {
  const field = fieldOf(name, fields);
  const test = field && operatorOf(op, field)?.test(value, field, calendar);
  return test ? (record) => test(record.fields[name] ?? null) : null;
}

/** What of a query is left out, and why, as a sentence. */
export interface Problem {
  /** the very condition or sort item of the query */
  readonly of: Query["sort"][number] | Condition;
  readonly why: string;
}

/** Whether a value is complete does not depend on the day. */
const SOME_DAY: Calendar = { today: "2000-01-01", weekStart: 1 };

export function problemsOf(
  { sort, filter }: Pick<Query, "sort" | "filter">,
  fields: Fields,
): readonly Problem[] {
  const unknown = sort.filter(({ field }) => fieldOf(field, fields) === undefined);
  const sorts = unknown.map((item) => ({ of: item, why: texts.query.unknownField(item.field) }));
  const conditions = conditionsOf(filter).flatMap((condition) => {
    const why = problemOfCondition(condition, fields);
    return why === null ? [] : [{ of: condition, why }];
  });
  return [...sorts, ...conditions];
}

function problemOfCondition(condition: Condition, fields: Fields): string | null {
  const field = fieldOf(condition.field, fields);
  if (field === undefined) return texts.query.unknownField(condition.field);
  const operator = operatorOf(condition.op, field);
  if (operator === undefined) return texts.query.unknownOperator(field.label);
  return operator.test(condition.value, field, SOME_DAY) === null
    ? texts.query.incomplete(field.label)
    : null;
}

/** All conditions of a filter, however deep. */
export const conditionsOf = (filter: Filter): readonly Condition[] =>
  isGroup(filter) ? filter.of.flatMap(conditionsOf) : [filter];

/** Whether the answer depends on the day. */
export const asksToday = (filter: Filter): boolean =>
  conditionsOf(filter).some(({ value }) => readSpan(value) !== null);

type Say = (value: Json, field: FieldDescription) => string;

const shown: Say = (value, field) => (value === null ? "…" : VALUE_TYPES[field.type].show(value, field));
const day: Say = (value) => (value === null ? "…" : plain(value));

const range =
  (say: Say): Say =>
  (value, field) => {
    const [from, to] = endsOf(value) ?? [null, null];
    return texts.query.range(say(from, field), say(to, field));
  };

/** A condition's value in words. */
const SAY: Record<Input, Say> = {
  none: () => "",
  text: (value) => texts.query.quoted(value === null ? "…" : plain(value)),
  number: shown,
  numbers: range(shown),
  day,
  days: range(day),
  span: (value) => {
    const { span = null, days = null } = readSpan(value) ?? {};
    if (span === "past_days") return texts.query.pastDays(days ?? 0);
    if (span === "next_days") return texts.query.nextDays(days ?? 0);
    return span === null ? "…" : texts.query.spans[span];
  },
  choices: (value, field) =>
    asList(value)
      .map((each) => optionLabel(each, field))
      .join(", ") || "…",
};

/** A condition as a sentence: "City contains “x”". */
export function describe({ op, value }: Condition, field: FieldDescription): string {
  const operator = operatorOf(op, field);
  if (operator === undefined) return texts.query.unknownOperator(field.label);
  return texts.query.condition(field.label, operator.label, SAY[operator.input](value, field));
}
