import { VALUE_TYPES } from "../../fields/types.ts";
import { plain, Unreadable } from "../../fields/values.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import { conditionsOf, newCondition, operatorOf, problemsOf } from "../../query/filter.ts";
import { isGroup, type Condition, type Filter, type Group } from "../../query/query.ts";
import type { Path } from "./filterEdits.ts";

const counts = (condition: Condition, fields: readonly FieldDescription[]): boolean =>
  problemsOf({ sort: [], filter: { join: "and", of: [condition] } }, fields).length === 0;

/** How many conditions of a filter count: those that are said whole, of what there is. */
export const countOf = (filter: Group, fields: readonly FieldDescription[]): number =>
  conditionsOf(filter).filter((condition) => counts(condition, fields)).length;

/** Asks another field; operator and value stay where that field can be asked the same. */
export function onField(condition: Condition, field: FieldDescription): Condition {
  const moved = { ...condition, field: field.name };
  const operator = operatorOf(condition.op, field);
  if (operator === undefined) return newCondition(field);
  return counts(moved, [field]) ? moved : { ...moved, value: operator.initial };
}

/** Asks otherwise; the value stays where it is put in alike, or is whole for the new operator too. */
export function withOperator(condition: Condition, field: FieldDescription, op: string): Condition {
  const next = { ...condition, op };
  const alike = operatorOf(op, field)?.input === operatorOf(condition.op, field)?.input;
  return alike || counts(next, [field]) ? next : { ...next, value: operatorOf(op, field)?.initial ?? null };
}

/** What a condition says that nobody understands. */
export const told = ({ op, value }: Condition): string => (value === null ? op : `${op} ${plain(value)}`);

/** Where the first condition on a field stands; null where there is none. */
function findOn(filter: Group, field: string): Path | null {
  for (const [index, each] of filter.of.entries()) {
    const inside = isGroup(each) ? findOn(each, field) : each.field === field ? [] : null;
    if (inside !== null) return [index, ...inside];
  }
  return null;
}

/** A filter with a condition on a field, and where it stands: one that is there, or one begun that narrows what is shown. */
export function askedOf(
  filter: Group,
  field: FieldDescription,
): { readonly filter: Group; readonly at: Path } {
  const at = findOn(filter, field.name);
  if (at !== null) return { filter, at };
  const kept = filter.join === "or" && filter.of.length > 1 ? [filter] : filter.of;
  return { filter: { join: "and", of: [...kept, newCondition(field)] }, at: [kept.length] };
}

export const sameFilter = (a: Filter, b: Filter): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

/** "2.1": the first in the second group; places are counted from 1. */
export const placeOf = (path: Path): string => path.map((index) => index + 1).join(".");

/** What is written as a number of a field, null where nothing is, and why it is none; then it is kept as it is written, to be mended. */
export function readNumber(
  text: string,
  field: FieldDescription,
): { readonly value: Json; readonly problem: string | null } {
  try {
    return { value: VALUE_TYPES[field.type].parse(text, field), problem: null };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: text, problem: error.message };
  }
}
