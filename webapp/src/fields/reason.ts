import type { FieldDescription, WireError } from "../protocol.ts";
import { texts } from "../texts.ts";

/** Why a mutation was not taken, in the server's words: of `field` where it names that, else of all it names. */
export function reasonOf(error: WireError, fields: readonly FieldDescription[], field?: string): string {
  const all = Object.entries(error.fields ?? {});
  const own = all.filter(([path]) => path === field || path.startsWith(`${field}.`));
  const named = own.length > 0 ? own : all;
  if (named.length === 0) return error.message;
  return named.map(([path, why]) => texts.fields.reason(labelOf(path, fields), why.join(" "))).join(" ");
}

/** "address.street" is "Address › Street"; the server names the rules of a whole record with no field. */
function labelOf(path: string, fields: readonly FieldDescription[]): string {
  const [name = "", ...rest] = path.split(".");
  const field = fields.find((each) => each.name === name);
  if (field === undefined) return name === "_schema" ? texts.fields.record : path;
  if (rest.length === 0) return field.label;
  return texts.fields.part(field.label, labelOf(rest.join("."), field.fields ?? []));
}
