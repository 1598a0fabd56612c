import { VALUE_TYPES } from "../../fields/types.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { News, RecordView } from "../../sync/types.ts";
import { sameValue } from "../../sync/values.ts";
import { texts } from "../../texts.ts";

/** What somebody else made of a field since its editor showed `was`; null where it is still that. */
export function changedMeanwhile(
  was: Json,
  record: RecordView | undefined,
  field: FieldDescription,
  news: News | undefined,
): string | null {
  const value = record?.fields[field.name] ?? null;
  if (record === undefined || sameValue(was, value)) return null;
  const shown = value === null ? "" : VALUE_TYPES[field.type].show(value, field);
  return texts.record.changedMeanwhile(
    news?.author.name || texts.record.somebody,
    shown || texts.editors.empty,
  );
}
