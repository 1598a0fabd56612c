import type { FieldDescription } from "../../protocol.ts";
import type { SortItem } from "../../query/query.ts";

type Sort = readonly SortItem[];

export const isSortedBy = (sort: Sort, field: string): boolean => sort.some((key) => key.field === field);

/** Last in order; a field that is among them keeps its place. */
export const addSort = (sort: Sort, field: string, descending = false): Sort =>
  isSortedBy(sort, field) ? sort : [...sort, { field, descending }];

export const removeSort = (sort: Sort, field: string): Sort => sort.filter((key) => key.field !== field);

/** The key at `from` moves to `to`, the others close up; nothing moves beyond the ends. */
export function moveSort(sort: Sort, from: number, to: number): Sort {
  const key = sort[from];
  return key === undefined || to < 0 || to >= sort.length
    ? sort
    : sort.toSpliced(from, 1).toSpliced(to, 0, key);
}

/** What a pane shows: a link that hides everything leaves the first field, so that there is something to hold on to. */
export function shownFields(
  fields: readonly FieldDescription[],
  hidden: readonly string[],
): readonly FieldDescription[] {
  const shown = fields.filter(({ name }) => !hidden.includes(name));
  return shown.length > 0 ? shown : fields.slice(0, 1);
}

/**
 * The names that are hidden once these fields are shown, or not. The first of those shown before stays where
 * none would be left.
 */
export function withShown(
  fields: readonly FieldDescription[],
  hidden: readonly string[],
  names: readonly string[],
  shown: boolean,
): readonly string[] {
  const before = shownFields(fields, hidden);
  const next = fields.filter((field) => (names.includes(field.name) ? shown : before.includes(field)));
  const kept = next.length > 0 ? next : before.slice(0, 1);
  return fields.filter((field) => !kept.includes(field)).map(({ name }) => name);
}
