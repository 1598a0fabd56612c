import { byText } from "./compare.ts";
import type { FieldDescription, FieldType, Json } from "../protocol.ts";
import { texts } from "../texts.ts";
import { asList, lengthProblem, plain, problemOf, Unreadable, type ValueType } from "./values.ts";

/** The value type of a field type; handed in, because a list or an object may hold any of them. */
export type TypeOf = (type: FieldType) => ValueType;

export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseJson(draft: string, field: FieldDescription, example: string): Json {
  try {
    return JSON.parse(draft) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/ in JSON| \(line.*\)/g, "") : String(error);
    throw new Unreadable(texts.fields.notJson(field.label, why, example));
  }
}

const LINES: ReadonlySet<string> = new Set(["text", "email", "url"]);

/** A list of texts is written one per line; any other list, or one with line breaks inside, as JSON. */
const asLines = (value: Json, field: FieldDescription): boolean =>
  LINES.has(field.item?.type ?? "") &&
  asList(value).every((each) => typeof each === "string" && each.trim() === each && !/^\[|\n/.test(each));

/** A list's element as a field of its own; elements are never null. */
export function elementOf(field: FieldDescription, label: string): FieldDescription | null {
  if (field.item === undefined) return null;
  return { ...field.item, name: field.name, label, required: true, read_only: false, default: null };
}

export function listOf(typeOf: TypeOf): ValueType {
  const show = (value: Json, field: FieldDescription): string => {
    const item = elementOf(field, field.label);
    return item === null || value === null ? JSON.stringify(value) : typeOf(item.type).show(value, item);
  };
  const showAll = (value: Json, field: FieldDescription): string =>
    Array.isArray(value)
      ? asList(value)
          .map((each) => show(each, field))
          .join(", ")
      : plain(value);
  return {
    kind: "text",
    show: showAll,
    draft: (value, field) =>
      asLines(value, field) ? asList(value).join("\n") : JSON.stringify(value, null, 2),
    parse(draft, field) {
      if (!LINES.has(field.item?.type ?? "") || draft.trim().startsWith("[")) {
        return parseJson(draft, field, '["one", "two"]');
      }
      const lines = draft.split("\n").map((line) => line.trim());
      return lines.filter((line) => line !== "");
    },
    problem(value, field) {
      if (!Array.isArray(value)) return texts.fields.notList(field.label);
      const size = lengthProblem(value.length, field, texts.fields.elements);
      if (size !== null) return size;
      for (const [index, each] of asList(value).entries()) {
        const item = elementOf(field, texts.fields.element(field.label, index + 1));
        const problem = item && problemOf(typeOf(item.type), each, item);
        if (problem !== null) return problem;
      }
      return null;
    },
    key: (value, field) => showAll(value, field) || null,
    compare: byText,
  };
}

export function objectOf(typeOf: TypeOf): ValueType {
  const part = (field: FieldDescription, inner: FieldDescription): FieldDescription => ({
    ...inner,
    label: texts.fields.part(field.label, inner.label),
  });
  const show = (value: Json, field: FieldDescription): string =>
    isObject(value)
      ? (field.fields ?? [])
          .filter((inner) => (value[inner.name] ?? null) !== null)
          .map((inner) => typeOf(inner.type).show(value[inner.name] as Json, inner))
          .join(", ")
      : plain(value);
  return {
    kind: "text",
    show,
    draft: (value) => JSON.stringify(value, null, 2),
    parse: (draft, field) => parseJson(draft, field, example(field)),
    problem(value, field) {
      if (!isObject(value)) return texts.fields.notObject(field.label, example(field));
      const known = field.fields ?? [];
      const stranger = Object.keys(value).find((key) => !known.some((inner) => inner.name === key));
      if (stranger !== undefined) {
        const names = known.map((inner) => inner.name).join(", ");
        return texts.fields.unknownPart(field.label, stranger, names);
      }
      for (const inner of known) {
        const problem = problemOf(typeOf(inner.type), value[inner.name] ?? null, part(field, inner));
        if (problem) return problem;
      }
      return null;
    },
    key: (value, field) => show(value, field) || null,
    compare: byText,
  };
}

const example = (field: FieldDescription): string => `{"${field.fields?.[0]?.name ?? "name"}": …}`;
