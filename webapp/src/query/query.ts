import type { Json } from "../protocol.ts";

/** What a pane asks of its grid's records: which of them, and in what order. Plain data, as the address holds it. */
export interface Query {
  /** first key first; empty: the natural order, by id */
  readonly sort: readonly SortItem[];
  /** empty: all records */
  readonly filter: Group;
  /** words that must all occur somewhere in the record; empty: no search */
  readonly search: string;
}

export interface SortItem {
  readonly field: string;
  readonly descending: boolean;
}

export type Filter = Condition | Group;

export interface Group {
  readonly join: "and" | "or";
  readonly of: readonly Filter[];
}

/** One question about one field. What `value` has to be depends on the operator; null while it is not said yet. */
export interface Condition {
  readonly field: string;
  readonly op: string;
  readonly value: Json;
}

export const isGroup = (filter: Filter): filter is Group => "of" in filter;

export const NO_FILTER: Group = { join: "and", of: [] };
export const NO_QUERY: Query = { sort: [], filter: NO_FILTER, search: "" };
