import { collation } from "../fields/collation.ts";
import { VALUE_TYPES } from "../fields/types.ts";
import { asList, plain, type Kind } from "../fields/values.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import { DATE, MOMENT } from "./dateOperators.ts";
import { EMPTINESS, endsOf, operator, type MakeTest, type Operator } from "./operator.ts";

/** Texts as they are shown, folded; an empty field is an empty text. */
const byText =
  (passes: (text: string, asked: string) => boolean): MakeTest =>
  (wanted, field) => {
    const asked = typeof wanted === "string" ? collation.fold(wanted) : "";
    if (asked === "") return null;
    const { show } = VALUE_TYPES[field.type];
    return (value) => passes(value === null ? "" : collation.fold(show(value, field)), asked);
  };

const TEXT: readonly Operator[] = [
  operator("contains", "contains", "text", byText((text, asked) => text.includes(asked))), // prettier-ignore
  operator("not_contains", "not_contains", "text", byText((text, asked) => !text.includes(asked))), // prettier-ignore
  operator("is", "is", "text", byText((text, asked) => text === asked)), // prettier-ignore
  operator("is_not", "is_not", "text", byText((text, asked) => text !== asked)), // prettier-ignore
  operator("starts_with", "starts_with", "text", byText((text, asked) => text.startsWith(asked))), // prettier-ignore
  operator("ends_with", "ends_with", "text", byText((text, asked) => text.endsWith(asked))), // prettier-ignore
  ...EMPTINESS,
];

/** Where a value stands in its type's order; null where it is empty or no number at all. */
const keyIn = (value: Json, field: FieldDescription): number | string | null =>
  value === null ? null : VALUE_TYPES[field.type].key(value, field);

/** By the order of the field's type, so that decimals are compared exactly. */
const byNumber =
  (passes: (order: number) => boolean, ofOthers = false): MakeTest =>
  (wanted, field) => {
    const { compare } = VALUE_TYPES[field.type];
    const asked = keyIn(wanted, field);
    if (asked === null) return null;
    return (value) => {
      const own = keyIn(value, field);
      return own === null ? ofOthers : passes(compare(own, asked));
    };
  };

/** Both ends included, whichever is the greater. */
const between: MakeTest = (wanted, field) => {
  const { compare } = VALUE_TYPES[field.type];
  const [one, other] = (endsOf(wanted) ?? [null, null]).map((end) => keyIn(end, field));
  if ((one ?? null) === null || (other ?? null) === null) return null;
  const [from, to] = [one!, other!].toSorted(compare) as [string | number, string | number];
  return (value) => {
    const own = keyIn(value, field);
    return own !== null && compare(own, from) >= 0 && compare(own, to) <= 0;
  };
};

const NUMBER: readonly Operator[] = [
  operator("equal", "equal", "number", byNumber((order) => order === 0)), // prettier-ignore
  operator("not_equal", "not_equal", "number", byNumber((order) => order !== 0, true)), // prettier-ignore
  operator("less", "less", "number", byNumber((order) => order < 0)), // prettier-ignore
  operator("at_most", "at_most", "number", byNumber((order) => order <= 0)), // prettier-ignore
  operator("more", "more", "number", byNumber((order) => order > 0)), // prettier-ignore
  operator("at_least", "at_least", "number", byNumber((order) => order >= 0)), // prettier-ignore
  operator("between", "between", "numbers", between, [null, null]),
  ...EMPTINESS,
];

/** By the options that a record has and those that are asked for, as texts. */
const byOptions =
  (passes: (has: readonly string[], asked: ReadonlySet<string>) => boolean): MakeTest =>
  (wanted) => {
    const asked = new Set(asList(wanted).map(plain));
    if (asked.size === 0) return null;
    return (value) => {
      const has = Array.isArray(value) ? asList(value) : value === null ? [] : [value];
      return passes(has.map(plain), asked);
    };
  };

const anyOf = byOptions((has, asked) => has.some((each) => asked.has(each)));
const noneOf = byOptions((has, asked) => !has.some((each) => asked.has(each)));
const allOf = byOptions((has, asked) => [...asked].every((each) => has.includes(each)));

const CHOICE: readonly Operator[] = [
  operator("any_of", "any_of", "choices", anyOf, []),
  operator("none_of", "none_of", "choices", noneOf, []),
  ...EMPTINESS,
];

const CHOICES: readonly Operator[] = [
  operator("any_of", "has_any_of", "choices", anyOf, []),
  operator("all_of", "has_all_of", "choices", allOf, []),
  operator("none_of", "has_none_of", "choices", noneOf, []),
  ...EMPTINESS,
];

const BOOLEAN: readonly Operator[] = [
  operator("yes", "yes", "none", () => (value) => value === true),
  operator("no", "no", "none", () => (value) => value === false),
  ...EMPTINESS,
];

const OPERATORS: Record<Kind, readonly Operator[]> = {
  text: TEXT,
  number: NUMBER,
  date: DATE,
  moment: MOMENT,
  choice: CHOICE,
  choices: CHOICES,
  boolean: BOOLEAN,
};

/** What may be asked of a field, the most usual first. */
export const operatorsOf = (field: FieldDescription): readonly Operator[] =>
  OPERATORS[VALUE_TYPES[field.type].kind];

export const operatorOf = (op: string, field: FieldDescription): Operator | undefined =>
  operatorsOf(field).find((operator) => operator.op === op);
