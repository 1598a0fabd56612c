/** What stands in the inputs of a field, however deep it is described: from a value, and back to one. No React. */

import type { FieldDescription, Json, WireError } from "../protocol.ts";
import { texts } from "../texts.ts";
import { elementOf, isObject, type JsonObject } from "./structured.ts";
import { VALUE_TYPES } from "./types.ts";
import { asList, problemOf, readDraft, Unreadable } from "./values.ts";

/**
 * The text of an input; a list's or an object's parts; JSON for a stored value that does not fit its description,
 * so that nothing of it is lost; or a value that is only shown.
 */
export type Part = string | ListPart | ObjectPart | JsonPart | KeptPart;

export interface ListPart {
  readonly kind: "list";
  readonly items: readonly Item[];
}

/** `key` tells an element from its neighbours when they move. */
export interface Item {
  readonly key: number;
  readonly part: Part;
}

export interface ObjectPart {
  readonly kind: "object";
  readonly parts: Readonly<Record<string, Part>>;
}

export interface JsonPart {
  readonly kind: "json";
  readonly text: string;
}

export interface KeptPart {
  readonly kind: "kept";
  readonly value: Json;
}

/** Sentences by path inside a field, written as the server writes it: "street", "2.name"; "" is the field itself. */
export type Problems = Readonly<Record<string, string>>;

export interface ReadPart {
  readonly value: Json;
  readonly problems: Problems;
}

export const NO_PROBLEMS: Problems = {};

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === "";

export function partOf(value: Json, field: FieldDescription): Part {
  if (field.type === "list") return listOf(value, field) ?? jsonOf(value);
  if (field.type === "object") return objectOf(value, field) ?? jsonOf(value);
  if (value === null) return "";
  const draft = VALUE_TYPES[field.type].draft(value, field);
  return reads(draft, value, field) ? draft : jsonOf(value);
}

const jsonOf = (value: Json): JsonPart => ({ kind: "json", text: JSON.stringify(value, null, 2) });

function listOf(value: Json, field: FieldDescription): ListPart | null {
  const element = elementOf(field, field.label);
  if (isEmpty(value)) return { kind: "list", items: [] };
  if (!Array.isArray(value) || element === null || asList(value).some(isEmpty)) return null;
  return {
    kind: "list",
    items: asList(value).map((each, key) => ({ key, part: partOf(each, element) })),
  };
}

function objectOf(value: Json, field: FieldDescription): ObjectPart | null {
  const known = field.fields ?? [];
  const held: JsonObject | null = isEmpty(value) ? {} : isObject(value) ? value : null;
  if (held === null || Object.keys(held).some((key) => !known.some(({ name }) => name === key))) return null;
  const part = (inner: FieldDescription): Part => {
    const own = held[inner.name] ?? null;
    return inner.read_only ? { kind: "kept", value: own } : partOf(isEmpty(own) ? null : own, inner);
  };
  return { kind: "object", parts: Object.fromEntries(known.map((inner) => [inner.name, part(inner)])) };
}

/** Whether the text stands for the value: what is stored may be of any type. */
function reads(draft: string, value: Json, field: FieldDescription): boolean {
  const type = VALUE_TYPES[field.type];
  if (type.problem(value, field) === null) return true;
  try {
    return JSON.stringify(type.parse(draft, field)) === JSON.stringify(value);
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

/** Nothing was written anywhere in it. */
export function isBlank(part: Part): boolean {
  if (typeof part === "string") return part === "";
  if (part.kind === "list") return part.items.every((item) => isBlank(item.part));
  if (part.kind === "object") return Object.values(part.parts).every(isBlank);
  return part.kind === "kept" || part.text.trim() === "";
}

/** Whether the same stands in both; the keys of elements have no say, nor have elements with nothing in them. */
export const sameParts = (a: Part, b: Part): boolean => signOf(a) === signOf(b);

function signOf(part: Part): string {
  if (typeof part === "string") return JSON.stringify(part);
  if (part.kind === "list") {
    const parts = part.items.map((item) => item.part).filter((each) => !isBlank(each));
    return `[${parts.map(signOf).join()}]`;
  }
  if (part.kind === "object") return `{${Object.values(part.parts).map(signOf).join()}}`;
  return JSON.stringify(part);
}

/** The value that the parts make, or what is wrong with which of them. Elements with nothing in them are left out. */
export function readPart(part: Part, field: FieldDescription): ReadPart {
  if (typeof part === "string") return attempt(() => readDraft(VALUE_TYPES[field.type], part, field));
  if (part.kind === "kept") return { value: part.value, problems: NO_PROBLEMS };
  if (part.kind === "json") return attempt(() => readJson(part.text, field));
  if (isBlank(part)) return judged(null, field);
  return part.kind === "list" ? readList(part, field) : readObject(part, field);
}

function attempt(read: () => Json): ReadPart {
  try {
    return { value: read(), problems: NO_PROBLEMS };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: null, problems: { "": error.message } };
  }
}

function judged(value: Json, field: FieldDescription): ReadPart {
  const problem = problemOf(VALUE_TYPES[field.type], value, field);
  return { value, problems: problem === null ? NO_PROBLEMS : { "": problem } };
}

function readJson(text: string, field: FieldDescription): Json {
  const value = text.trim() === "" ? null : parse(text, field);
  const problem = problemOf(VALUE_TYPES[field.type], value, field);
  if (problem !== null) throw new Unreadable(problem);
  return value;
}

function parse(text: string, field: FieldDescription): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Unreadable(texts.editors.badJson(field.label, error instanceof Error ? error.message : ""));
  }
}

function readList(part: ListPart, field: FieldDescription): ReadPart {
  const values: Json[] = [];
  const problems: Record<string, string> = {};
  for (const [index, item] of part.items.entries()) {
    const element = elementOf(field, texts.editors.item(index + 1));
    if (element === null || isBlank(item.part)) continue;
    const read = readPart(item.part, element);
    values.push(read.value);
    Object.assign(problems, prefixed(read.problems, String(index)));
  }
  return Object.keys(problems).length > 0 ? { value: values, problems } : judged(values, field);
}

function readObject(part: ObjectPart, field: FieldDescription): ReadPart {
  const values: Record<string, Json> = {};
  const problems: Record<string, string> = {};
  for (const inner of field.fields ?? []) {
    const read = readPart(part.parts[inner.name] ?? "", inner);
    if (read.value !== null) values[inner.name] = read.value;
    Object.assign(problems, prefixed(read.problems, inner.name));
  }
  return Object.keys(problems).length > 0 ? { value: values, problems } : judged(values, field);
}

export const joined = (path: string, rest: string): string => (rest === "" ? path : `${path}.${rest}`);

export const prefixed = (problems: Problems, path: string): Problems =>
  Object.fromEntries(Object.entries(problems).map(([rest, why]) => [joined(path, rest), why]));

/** Those of the part at `path`, as paths inside it. */
export function problemsAt(problems: Problems, path: string): Problems {
  const inside = Object.entries(problems).flatMap(([whole, why]) => {
    if (whole === path) return [["", why] as const];
    return whole.startsWith(`${path}.`) ? [[whole.slice(path.length + 1), why] as const] : [];
  });
  return inside.length === 0 ? NO_PROBLEMS : Object.fromEntries(inside);
}

/** Without those of what was changed: the part at `path`, what is in it, and the wholes it is a part of. */
export function withoutProblems(problems: Problems, path: string): Problems {
  const left = Object.entries(problems).filter(
    ([each]) => each !== path && !each.startsWith(`${path}.`) && each !== "" && !path.startsWith(`${each}.`),
  );
  return path === "" ? NO_PROBLEMS : Object.fromEntries(left);
}

/** What the server said of a record's fields, by path. */
export const serverProblems = (error: WireError): Problems =>
  Object.fromEntries(Object.entries(error.fields ?? {}).map(([path, why]) => [path, why.join(" ")]));

// ---- the elements of a list

const nextKey = ({ items }: ListPart): number => Math.max(-1, ...items.map(({ key }) => key)) + 1;

/** With new elements before the one at `at`. */
export function withItems(list: ListPart, at: number, parts: readonly Part[]): ListPart {
  const first = nextKey(list);
  const added = parts.map((part, index) => ({ key: first + index, part }));
  return { ...list, items: list.items.toSpliced(at, 0, ...added) };
}

export const withoutItem = (list: ListPart, at: number): ListPart => ({
  ...list,
  items: list.items.toSpliced(at, 1),
});

/** With the element at `from` at `to` instead; the same list where there is no such place. */
export function withMoved(list: ListPart, from: number, to: number): ListPart {
  const item = list.items[from];
  if (item === undefined || to < 0 || to >= list.items.length) return list;
  return { ...list, items: list.items.toSpliced(from, 1).toSpliced(to, 0, item) };
}

export const withItem = (list: ListPart, at: number, part: Part): ListPart => ({
  ...list,
  items: list.items.map((item, index) => (index === at ? { ...item, part } : item)),
});
