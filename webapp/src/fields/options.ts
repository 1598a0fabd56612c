import { collation } from "./collation.ts";
import { byNumber, byText } from "./compare.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import { texts } from "../texts.ts";
import {
  asList,
  lengthProblem,
  optionIndex,
  optionLabel,
  plain,
  quote,
  Unreadable,
  type ValueType,
} from "./values.ts";

const { fold } = collation;

/**
 * The draft of a choice: what is chosen, as JSON, and on a line of its own what is written beside it and not chosen
 * yet. So that it counts as any other text that somebody has written: it is read, or told why it cannot be.
 */
export function splitChoice(draft: string): readonly [chosen: string, written: string] {
  const [chosen = "", ...written] = draft.split("\n");
  return [chosen, written.join(" ")];
}

export const joinChoice = (chosen: string, written: string): string =>
  written === "" ? chosen : `${chosen}\n${written}`;

/** The option that goes by this text, whatever the case and the accents. Throws `Unreadable`, with what there is. */
function named(text: string, field: FieldDescription): Json {
  const options = field.type === "boolean" ? [true, false] : (field.options ?? []);
  const { show } = field.type === "boolean" ? boolean : choice;
  const sought = fold(text.trim());
  const found = options.find((option) =>
    [show(option, field), plain(option)].some((it) => fold(it) === sought),
  );
  if (found !== undefined) return found;
  const known = options.slice(0, MANY).map((option) => show(option, field));
  throw new Unreadable(
    texts.fields.notAmong(field.label, quote(text.trim()), known.join(", "), options.length > MANY),
  );
}

/** So many are named in a sentence. */
const MANY = 8;

const isBlank = (text: string): boolean => text.trim() === "";

const fromJson = (chosen: string): Json => JSON.parse(chosen) as Json;

function parseOne(draft: string, field: FieldDescription, read: (chosen: string) => Json): Json {
  const [chosen, written] = splitChoice(draft);
  if (!isBlank(written)) return named(written, field);
  return chosen === "" ? null : read(chosen);
}

/** What is written may be several, with commas between them, as a cell shows and copies them. */
function parseSome(draft: string, field: FieldDescription): Json {
  const [chosen, written] = splitChoice(draft);
  const list = chosen === "" ? [] : [...asList(fromJson(chosen))];
  for (const each of written.split(",").filter((each) => !isBlank(each))) {
    const option = named(each, field);
    if (!list.some((other) => plain(other) === plain(option))) list.push(option);
  }
  return list.length === 0 ? null : list;
}

export const boolean: ValueType = {
  kind: "boolean",
  show: (value) => (typeof value === "boolean" ? (value ? texts.fields.yes : texts.fields.no) : plain(value)),
  draft: plain,
  parse: (draft, field) => parseOne(draft, field, (chosen) => chosen === "true"),
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
  parse: (draft, field) => parseOne(draft, field, fromJson),
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
  parse: parseSome,
  problem(value, field) {
    if (!Array.isArray(value)) return texts.fields.notOptions(field.label);
    const stranger = asList(value).find((each) => !isOption(each, field));
    if (stranger === undefined) return lengthProblem(value.length, field, texts.fields.choices);
    return notAnOption(stranger, field);
  },
  key: (value, field) => choices.show(value, field) || null,
  compare: byText,
};
