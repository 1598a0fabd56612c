import { byNumber, byText } from "./compare.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import { texts } from "../texts.ts";
import { asList, lengthProblem, optionIndex, optionLabel, plain, quote, type ValueType } from "./values.ts";

export const boolean: ValueType = {
  kind: "boolean",
  show: (value) => (typeof value === "boolean" ? (value ? texts.fields.yes : texts.fields.no) : plain(value)),
  draft: plain,
  parse: (draft) => draft === "true",
  problem: (value, field) => (typeof value === "boolean" ? null : texts.fields.notYesOrNo(field.label)),
  key: (value) => (typeof value === "boolean" ? Number(value) : null),
  compare: byNumber,
};

export const isOption = (value: Json, field: FieldDescription): boolean => optionIndex(value, field) >= 0;

export const notAnOption = (value: Json, field: FieldDescription): string =>
  texts.fields.notAnOption(field.label, quote(optionLabel(value, field)));

/** Where a value stands among the options; behind them if it is none of them. */
function placeAmong(value: Json, field: FieldDescription): number {
  const place = optionIndex(value, field);
  return place < 0 ? (field.options ?? []).length : place;
}

/** Options stand in the order they are described in, which is the one people mean (low, normal, high). */
export const choice: ValueType = {
  kind: "choice",
  show: optionLabel,
  draft: (value) => JSON.stringify(value),
  parse: (draft) => JSON.parse(draft) as Json,
  problem: (value, field) => (isOption(value, field) ? null : notAnOption(value, field)),
  key: placeAmong,
  compare: byNumber,
};

export const choices: ValueType = {
  ...choice,
  kind: "choices",
  show: (value, field) =>
    Array.isArray(value)
      ? asList(value)
          .map((each) => optionLabel(each, field))
          .join(", ")
      : plain(value),
  parse: (draft) => {
    const list = JSON.parse(draft) as Json;
    return asList(list).length === 0 ? null : list;
  },
  problem(value, field) {
    if (!Array.isArray(value)) return texts.fields.notOptions(field.label);
    const stranger = asList(value).find((each) => !isOption(each, field));
    if (stranger === undefined) return lengthProblem(value.length, field, texts.fields.choices);
    return notAnOption(stranger, field);
  },
  key: (value, field) => choices.show(value, field) || null,
  compare: byText,
};
