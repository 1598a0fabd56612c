import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription } from "../protocol.ts";
import { byText } from "../fields/compare.ts";
import type { RecordView } from "../sync/types.ts";
import { weekStartOf, type Calendar } from "./days.ts";
import { matchesOf } from "./filter.ts";
import type { Query } from "./query.ts";
import { searchOf } from "./search.ts";
import type { SortBy, Sorting } from "./sorting.ts";
import type { Compiled } from "./table.ts";

type Fields = readonly FieldDescription[];

/**
 * A query made ready for a view. `today`, "2026-07-30", is what relative dates are reckoned from. What is incomplete,
 * or about fields that are not there, is left out; nothing throws, whatever the query or the records hold.
 */
export function compile({ sort, filter, search }: Query, fields: Fields, today: string): Compiled {
  const calendar: Calendar = {
    today,
    get weekStart() {
      return weekStartOf(); // takes milliseconds, and few questions are about a week
    },
  };
  const passes = matchesOf(filter, fields, calendar);
  const found = searchOf(search, fields);
  const both =
    passes && found && ((record: RecordView, text?: string) => passes(record) && found(record, text));
  return { matches: both ?? passes ?? found, searched: found && fields, sorting: sortingOf(sort, fields) };
}

function sortingOf(sort: Query["sort"], fields: Fields): Sorting | null {
  const sorting = sort.flatMap(({ field: name, descending }) => {
    const field = fields.find((each) => each.name === name);
    return field === undefined ? [] : [sortBy(field, descending)];
  });
  return sorting.length === 0 ? null : sorting;
}

/** All sorts by one field, those first that take longest to get ready. */
export const sortsOf = (fields: Fields): Sorting =>
  fields
    .map((field) => sortBy(field, false))
    .toSorted((a, b) => Number(b.compare === byText) - Number(a.compare === byText));

function sortBy(field: FieldDescription, descending: boolean): SortBy {
  const { key, compare } = VALUE_TYPES[field.type];
  return {
    of: field,
    key: (record) => {
      const value = record.fields[field.name] ?? null;
      return value === null ? null : key(value, field);
    },
    compare,
    descending,
  };
}
