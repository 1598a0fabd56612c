import type { FieldDescription } from "../../protocol.ts";
import type { Turn } from "../../sync/history.ts";
import type { Step } from "../../sync/step.ts";
import { texts } from "../../texts.ts";

const t = texts.undo;

/** "edit of City", "edit of 12 records", "delete of 3 records". */
export function nameOf(step: Step, fields: readonly FieldDescription[]): string {
  const { size } = step.parts;
  if (step.kind !== "edit") return t[step.kind](size);
  const names = Object.keys([...step.parts.values()][0]?.after ?? {});
  if (size > 1) return t.editRecords(size);
  const [name = ""] = names;
  return names.length > 1
    ? t.editFields(names.length)
    : t.edit(fields.find((field) => field.name === name)?.label ?? name);
}

/** What is said of it: "Undone: edit of City". */
export function toldOf({ to, skipped }: Turn, name: string): string {
  return [t.did[to](name), ...(skipped > 0 ? [t.skipped(skipped)] : [])].join(". ");
}
