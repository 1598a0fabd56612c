import type { FieldType } from "../protocol.ts";
import { boolean, choice, choices } from "./options.ts";
import { scalars } from "./scalars.ts";
import { listOf, objectOf } from "./structured.ts";
import type { ValueType } from "./values.ts";

const valueOf = (type: FieldType): ValueType => VALUE_TYPES[type];

/** What each field type makes of a value; the compiler misses one that is forgotten. */
export const VALUE_TYPES: Record<FieldType, ValueType> = {
  text: scalars.text,
  long_text: scalars.text,
  integer: scalars.integer,
  number: scalars.number,
  decimal: scalars.decimal,
  boolean,
  date: scalars.date,
  datetime: scalars.datetime,
  choice,
  choices,
  email: scalars.email,
  url: scalars.url,
  list: listOf(valueOf),
  object: objectOf(valueOf),
};
