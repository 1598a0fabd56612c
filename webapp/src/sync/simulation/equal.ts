import type { Fields } from "../../protocol.ts";
import type { Line } from "../copyStorage.ts";
import { sameFields } from "../values.ts";

/** Whether records are what the server had then, record by record. */
export function isEqual(
  records: ReadonlyMap<string, Pick<Line, "version" | "fields">>,
  then: ReadonlyMap<string, { readonly version: number; readonly fields: Fields }> | undefined,
): boolean {
  if (then?.size !== records.size) return false;
  return [...then].every(([id, { version, fields }]) => {
    const held = records.get(id);
    return held?.version === version && sameFields(held.fields ?? {}, fields);
  });
}
