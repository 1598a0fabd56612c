import { collation } from "../fields/collation.ts";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription } from "../protocol.ts";
import type { RecordView } from "../sync/types.ts";

type Fields = readonly FieldDescription[];
type Searched = Pick<RecordView, "fields">;

/** One line per field: no word can be found across two of them. */
export function foldedText(record: Searched, fields: Fields): string {
  const lines: string[] = [];
  for (const field of fields) {
    const value = record.fields[field.name] ?? null;
    if (value !== null) lines.push(VALUE_TYPES[field.type].show(value, field));
  }
  return collation.fold(lines.join("\n"));
}

/**
 * Whether every word occurs in what some field shows, hidden ones too; null: nothing is searched for. `text`: what the
 * record shows, folded, where that is known already.
 */
export function searchOf(
  search: string,
  fields: Fields,
): ((record: Searched, text?: string) => boolean) | null {
  const words = collation.fold(search).split(/\s+/).filter(Boolean); // prettier-ignore
  if (words.length === 0) return null;
  return (record, text = foldedText(record, fields)) => words.every((word) => text.includes(word));
}
