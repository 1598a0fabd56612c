import { collation } from "../fields/collation.ts";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription } from "../protocol.ts";
import type { RecordView } from "../sync/types.ts";

type Fields = readonly FieldDescription[];
type Searched = Pick<RecordView, "fields">;

/** What is shown of a record, folded: made when first searched, kept for as long as the record is the same. */
const known = new WeakMap<Fields, WeakMap<Searched, string>>();

function textsOf(fields: Fields): WeakMap<Searched, string> {
  const texts = known.get(fields) ?? new WeakMap<Searched, string>();
  known.set(fields, texts);
  return texts;
}

/** One line per field: no word can be found across two of them. */
function foldedText(record: Searched, fields: Fields): string {
  const lines: string[] = [];
  for (const field of fields) {
    const value = record.fields[field.name] ?? null;
    if (value !== null) lines.push(VALUE_TYPES[field.type].show(value, field));
  }
  return collation.fold(lines.join("\n"));
}

/** Makes what a search of these records will need, while `again` says that there is time; true: of all of them. */
export function foldAhead(
  records: Iterator<Searched, undefined>,
  fields: Fields,
  again: () => boolean,
): boolean {
  const texts = textsOf(fields);
  while (again()) {
    for (let count = 0; count < 50; count += 1) {
      const record = records.next().value;
      if (record === undefined) return true;
      if (!texts.has(record)) texts.set(record, foldedText(record, fields));
    }
  }
  return false;
}

/** Whether every word occurs in what some field shows, hidden ones too; null: nothing is searched for. */
export function searchOf(search: string, fields: Fields): ((record: Searched) => boolean) | null {
  const words = collation.fold(search).split(/\s+/).filter(Boolean); // prettier-ignore
  if (words.length === 0) return null;
  const texts = textsOf(fields);
  return (record) => {
    const text = texts.get(record) ?? foldedText(record, fields);
    texts.set(record, text);
    return words.every((word) => text.includes(word));
  };
}
