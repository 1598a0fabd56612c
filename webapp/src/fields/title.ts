import type { FieldDescription, Fields } from "../protocol.ts";
import { VALUE_TYPES } from "./types.ts";

/** What a record is called: its first text that is not empty; null where it has none. */
export function titleOf(values: Fields, fields: readonly FieldDescription[]): string | null {
  const field = fields.find(({ type, name }) => type === "text" && (values[name] ?? null) !== null);
  return field === undefined ? null : VALUE_TYPES[field.type].show(values[field.name] ?? null, field);
}
