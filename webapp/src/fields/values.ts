import type { FieldDescription, Json } from "../protocol.ts";
import { texts } from "../texts.ts";

/** What the user wrote cannot be taken; the message is a sentence for them. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** What may be asked of a field: fields of one kind share their filters. */
export type Kind = "text" | "number" | "date" | "moment" | "choice" | "choices" | "boolean";

/** What a field type makes of a value: to text and back, its limits and its order. No React. */
export interface ValueType {
  readonly kind: Kind;
  /** what a cell shows, and what is copied; never called with null */
  readonly show: (value: Json, field: FieldDescription) => string;
  /** the text an editor opens with */
  readonly draft: (value: Json, field: FieldDescription) => string;
  /** back from a text that is not empty; throws `Unreadable` */
  readonly parse: (draft: string, field: FieldDescription) => Json;
  /** why a value, not null, is none of this type or breaks its rules; null if it is fine */
  readonly problem: (value: Json, field: FieldDescription) => string | null;
  /** what it is sorted by; null, hence last, for a value that has no place in the type's order */
  readonly key: (value: Json, field: FieldDescription) => number | string | null;
  readonly compare: (a: number | string, b: number | string) => number;
}

export const quote = (text: string): string =>
  texts.fields.quoted(text.length > 40 ? `${text.slice(0, 40)}…` : text);
export const plain = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Of thousands of options each cell and each line of a list asks for one. */
const places = new WeakMap<readonly Json[], ReadonlyMap<string, number>>();

function placesOf(options: readonly Json[]): ReadonlyMap<string, number> {
  const known = places.get(options);
  if (known !== undefined) return known;
  const found = new Map(options.map((option, index) => [plain(option), index] as const).toReversed()); // the first of two
  places.set(options, found);
  return found;
}

/** Where an option stands among those described; -1 if it is none of them. */
export const optionIndex = (value: Json, { options }: FieldDescription): number =>
  options === undefined ? -1 : (placesOf(options).get(plain(value)) ?? -1);

export const optionLabel = (value: Json, field: FieldDescription): string =>
  field.option_labels?.[optionIndex(value, field)] ?? plain(value);

/** The draft of an editor, read: null when it is empty. Throws `Unreadable`, rules included. */
export function readDraft(type: ValueType, draft: string, field: FieldDescription): Json {
  const value = draft === "" ? null : type.parse(draft, field);
  const problem = problemOf(type, value, field);
  if (problem !== null) throw new Unreadable(problem);
  return value;
}

/** Why the field may not hold the value, as a sentence that names the field; null if it may. */
export function problemOf(type: ValueType, value: Json, field: FieldDescription): string | null {
  if (value === null) return field.required ? texts.fields.required(field.label) : null;
  return type.problem(value, field);
}

export const asList = (value: Json): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

export function lengthProblem(size: number, field: FieldDescription, unit: string): string | null {
  const { label, min_length: least = 0, max_length: most = Infinity } = field;
  if (size < least) return texts.fields.tooFew(label, least, unit);
  if (size > most) return texts.fields.tooMany(label, most, unit, size);
  return null;
}
