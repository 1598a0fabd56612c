import { byText } from "../query/compare.ts";
import type { FieldDescription, FieldType, Json } from "../protocol.ts";
import { asList, problemOf, Unreadable, type ValueType } from "./values.ts";

/** The value type of a field type; handed in, because a list or an object may hold any of them. */
export type TypeOf = (type: FieldType) => ValueType;

type JsonObject = { readonly [key: string]: Json };

/** The wire's own limit. */
const DEEPEST = 16;

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseJson(draft: string, field: FieldDescription, example: string): Json {
  try {
    return JSON.parse(draft) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/ in JSON| \(line.*\)/g, "") : String(error);
    throw new Unreadable(`${field.label} is not valid JSON: ${why}. Write it like ${example}.`);
  }
}

function depth(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((part) => depth(part as Json)));
}

const tooDeep = (value: Json, field: FieldDescription): string | null =>
  depth(value) > DEEPEST ? `${field.label} is nested deeper than ${DEEPEST} levels.` : null;

const LINES: ReadonlySet<string> = new Set(["text", "email", "url"]);

/** A list of texts is written one per line; any other list, or one with line breaks inside, as JSON. */
const asLines = (value: Json, field: FieldDescription): boolean =>
  LINES.has(field.item?.type ?? "") &&
  asList(value).every((each) => typeof each === "string" && each.trim() === each && !/^\[|\n/.test(each));

export function listOf(typeOf: TypeOf): ValueType {
  const element = (field: FieldDescription, index: number): FieldDescription | undefined =>
    field.item && { ...field.item, required: true, label: `${field.label}, element ${index + 1}` };
  return {
    show: (value, field) =>
      asList(value)
        .map((each) =>
          field.item && each !== null ? typeOf(field.item.type).show(each, field.item) : JSON.stringify(each),
        )
        .join(", "),
    draft: (value, field) =>
      asLines(value, field) ? asList(value).join("\n") : JSON.stringify(value, null, 2),
    parse(draft, field) {
      if (LINES.has(field.item?.type ?? "") && !draft.trim().startsWith("[")) {
        return draft
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== "");
      }
      return parseJson(draft, field, '["one", "two"]');
    },
    problem(value, field) {
      if (!Array.isArray(value)) return `${field.label} must be a list, like ["one", "two"].`;
      const { min_length: least = 0, max_length: most = Infinity } = field;
      if (value.length < least) return `${field.label} must have at least ${least} elements.`;
      if (value.length > most)
        return `${field.label} must have at most ${most} elements; it has ${value.length}.`;
      for (const [index, each] of asList(value).entries()) {
        const item = element(field, index);
        const problem = item && problemOf(typeOf(item.type), each, item);
        if (problem) return problem;
      }
      return tooDeep(value, field);
    },
    key: (value) => JSON.stringify(value),
    compare: byText,
  };
}

export function objectOf(typeOf: TypeOf): ValueType {
  const part = (field: FieldDescription, inner: FieldDescription): FieldDescription => ({
    ...inner,
    label: `${field.label} › ${inner.label}`,
  });
  return {
    show: (value, field) =>
      (field.fields ?? [])
        .filter((inner) => isObject(value) && (value[inner.name] ?? null) !== null)
        .map((inner) => typeOf(inner.type).show((value as JsonObject)[inner.name] as Json, inner))
        .join(", "),
    draft: (value) => JSON.stringify(value, null, 2),
    parse: (draft, field) => parseJson(draft, field, example(field)),
    problem(value, field) {
      if (!isObject(value)) return `${field.label} must be an object, like ${example(field)}.`;
      const known = field.fields ?? [];
      const stranger = Object.keys(value).find((key) => !known.some((inner) => inner.name === key));
      if (stranger !== undefined) {
        return `${field.label} has no “${stranger}”; it has ${known.map((inner) => inner.name).join(", ")}.`;
      }
      for (const inner of known) {
        const problem = problemOf(typeOf(inner.type), value[inner.name] ?? null, part(field, inner));
        if (problem) return problem;
      }
      return tooDeep(value, field);
    },
    key: (value) => JSON.stringify(value),
    compare: byText,
  };
}

const example = (field: FieldDescription): string => `{"${field.fields?.[0]?.name ?? "name"}": …}`;
