import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import { texts } from "../texts.ts";
import type { Calendar } from "./days.ts";

/** What a condition's value is, and hence how it is put in: `numbers` and `days` are `[from, to]`, choices a list. */
export type Input = "none" | "text" | "number" | "numbers" | "day" | "days" | "span" | "choices";

export type Test = (value: Json) => boolean;

/** What a record's value, null where it is empty, has to pass; null while `wanted` is not complete. */
export type MakeTest = (wanted: Json, field: FieldDescription, calendar: Calendar) => Test | null;

/** One question that may be asked of the fields of a kind. */
export interface Operator {
  /** its name in a condition */
  readonly op: string;
  /** "contains" */
  readonly label: string;
  readonly input: Input;
  /** the value of a new condition; null where it is still to be said */
  readonly initial: Json;
  readonly test: MakeTest;
}

export const operator = (
  op: string,
  label: keyof typeof texts.query.operators,
  input: Input,
  test: MakeTest,
  initial: Json = null,
): Operator => ({ op, label: texts.query.operators[label], input, initial, test });

/** Empty is what shows nothing: no value, an empty list. */
const isEmpty = (value: Json, field: FieldDescription): boolean =>
  value === null || VALUE_TYPES[field.type].show(value, field) === "";

/** Every kind has these. */
export const EMPTINESS: readonly Operator[] = [
  operator("empty", "empty", "none", (_wanted, field) => (value) => isEmpty(value, field)),
  operator("not_empty", "not_empty", "none", (_wanted, field) => (value) => !isEmpty(value, field)),
];

/** The two ends of a range; null while one is missing. */
export const endsOf = (wanted: Json): readonly [Json, Json] | null =>
  Array.isArray(wanted) && wanted.length === 2 ? (wanted as unknown as readonly [Json, Json]) : null;
