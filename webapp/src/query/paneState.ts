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

/** A pane after `patch`: another grid starts plain, another question starts on its first page. */
export function patchPane(pane: PaneState, patch: Partial<PaneState>): PaneState {
  const { pageSize, density } = pane;
  const moves = patch.grid !== undefined && patch.grid !== pane.grid;
  const asks = (["sort", "filter", "search"] as const).some(
    (part) => patch[part] !== undefined && patch[part] !== pane[part],
  );
  const from = moves ? { ...PLAIN_PANE, pageSize, density } : pane;
  return { ...from, ...(asks && { page: 0 }), ...patch };
}

/** A second pane beside the first: on the same grid, otherwise plain. */
export function openSecond(page: PageState, grid = page.left.grid): Partial<PageState> {
  const { pageSize, density } = page.left;
  return { panes: 2, right: { ...PLAIN_PANE, pageSize, density, grid } };
}

/** One pane: the one of `side`, as it is. */
export const keepOne = (page: PageState, side: Side): Partial<PageState> => ({
  panes: 1,
  left: page[side],
  right: PLAIN_PANE,
});
