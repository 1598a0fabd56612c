import type { FieldDescription, Fields } from "../../protocol.ts";

/** The fields that a change is about, as the grid orders them; behind them those that it has no more. */
export function changedNames(
  before: Fields | null,
  after: Fields | null,
  fields: readonly FieldDescription[],
): readonly string[] {
  const told = { ...before, ...after };
  // Of a whole record, what it has: what is empty in it says nothing.
  const isWhole = before === null || after === null;
  const names = Object.keys(told).filter((name) => !isWhole || (told[name] ?? null) !== null);
  const known = fields.map(({ name }) => name).filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name))];
}
