import type { Fields, Json } from "../protocol.ts";

const DEEPEST = 16;

type Bag = { [key: string]: Json };

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Absent, null and an empty text are one and the same: empty. */
export function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "";
}

/** As records are held: empty fields are absent. */
export function compact(fields: Fields): Fields {
  const names = Object.keys(fields);
  if (!names.some((name) => isEmpty(fields[name]))) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** As patches are sent: an emptied field is null. */
export function explicit(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isEmpty(value) ? null : value]),
  );
}

/** Equal as JSON: object keys in any order, a boolean is no number; the elements of a list as they are (R8). */
function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Json, i) => sameJson(item, (b as readonly Json[])[i]));
  }
  return a !== undefined && b !== undefined && isObject(a) && isObject(b) && sameFields(a, b);
}

/** Whether two values of a field, or of an object's key, are equal; absent, null and an empty text are. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  return (isEmpty(a) && isEmpty(b)) || sameJson(a, b);
}

export function sameFields(a: Fields, b: Fields): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((name) => sameValue(a[name], b[name]));
}

/** `fields` with `patch` laid over it; emptied fields are gone. */
export function overlay(fields: Fields, patch: Fields): Fields {
  const merged: Bag = { ...fields };
  for (const [name, value] of Object.entries(patch)) {
    if (isEmpty(value)) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

function flawOfText(text: string): string | null {
  if (text.includes("\0")) return "Contains a NUL character.";
  return text.isWellFormed() ? null : "Contains half of a surrogate pair.";
}

function flawOfNumber(number: number): string | null {
  if (!Number.isFinite(number)) return "Not a finite number.";
  // From 1e21 on JSON writes it as a double anyway.
  const tooBig = Number.isInteger(number) && Math.abs(number) > 2 ** 53 && Math.abs(number) < 1e21;
  return tooBig ? "An integer beyond 2^53 cannot be kept exactly." : null;
}

/** Why the wire cannot carry this value, or null: docs/PROTOCOL.md, "Field values". */
export function flawOf(value: Json, depth = 0): string | null {
  if (typeof value === "string") return flawOfText(value);
  if (typeof value === "number") return flawOfNumber(value);
  if (typeof value !== "object" || value === null) return null;
  if (depth >= DEEPEST) return `Nested deeper than ${DEEPEST} levels.`;
  for (const [key, inner] of Object.entries(value as Bag)) {
    const flaw = flawOfText(key) ?? flawOf(inner, depth + 1);
    if (flaw !== null) return flaw;
  }
  return null;
}

/** Sentences by field for those the wire cannot carry; empty when all is well. */
export function flawsOf(fields: Fields): Record<string, readonly string[]> {
  const flaws: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(fields)) {
    const flaw = flawOf(value);
    if (flaw !== null) flaws[name] = [flaw];
  }
  return flaws;
}
