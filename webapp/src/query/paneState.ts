import { NO_QUERY, type Query } from "./query.ts";

export const PAGE_SIZES = [25, 50, 100] as const;
export type PageSize = (typeof PAGE_SIZES)[number];

export const DENSITIES = ["compact", "standard", "comfortable"] as const;
export type Density = (typeof DENSITIES)[number];

export const SIDES = ["left", "right"] as const;
export type Side = (typeof SIDES)[number];

/** Everything of a pane that a link carries: two people with one link see the same. */
export interface PaneState extends Query {
  /** null: the page's default grid */
  readonly grid: string | null;
  /** from 0 */
  readonly page: number;
  readonly pageSize: PageSize;
  /** names of fields that are not shown */
  readonly hidden: readonly string[];
  /** in pixels, by field name; the others are measured */
  readonly widths: Readonly<Record<string, number>>;
  readonly density: Density;
  /** id of the record that is open beside the grid */
  readonly record: string | null;
}

export interface PageState {
  readonly panes: 1 | 2;
  /** the left pane's share of the width, in percent */
  readonly split: number;
  readonly left: PaneState;
  readonly right: PaneState;
}

export const PLAIN_PANE: PaneState = {
  ...NO_QUERY,
  grid: null,
  page: 0,
  pageSize: 100,
  hidden: [],
  widths: {},
  density: "compact",
  record: null,
};

export const PLAIN_PAGE: PageState = { panes: 2, split: 50, left: PLAIN_PANE, right: PLAIN_PANE };
