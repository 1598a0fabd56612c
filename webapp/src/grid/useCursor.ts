import type { GridApi } from "@mui/x-data-grid";
import { useEffect, useMemo, useRef, type RefObject } from "react";

export type Api = RefObject<GridApi | null>;

export interface CellPlace {
  readonly id: string;
  readonly field: string;
}

export interface Cursor {
  /** The cell that has or had the focus last. */
  readonly last: () => CellPlace | null;
  /** Moves it to a row of the page, in the column where it was last; of another row that is gone, to the first. */
  readonly to: (id: string | null, field?: string) => void;
  /** The focus is elsewhere. The grid would take it back as soon as its rows change. */
  readonly leave: () => void;
}

/** The row that takes over the cursor when these go: the next one that stays, else the one before. */
export function heirOf(
  rows: readonly string[],
  going: ReadonlySet<string>,
  from: string | null,
): string | null {
  const at = Math.max(0, rows.indexOf(from ?? ""));
  const stays = (id: string) => !going.has(id);
  return rows.slice(at).find(stays) ?? rows.slice(0, at).findLast(stays) ?? null;
}

/**
 * A row that has just been added has no height yet, a page that is turned scrolls to its top, and the grid does not say
 * when it is done with either: it is asked so many frames at most, until the cell has been in sight for some.
 */
const FRAMES = 60;
const STILL = 5;

/** Whether a cell or a row is among those that can be seen. */
export function isInSight(cell: HTMLElement | null): boolean {
  const scroller = cell?.closest(".MuiDataGrid-virtualScroller");
  if (!cell || !scroller) return false;
  const [inner, outer] = [cell.getBoundingClientRect(), scroller.getBoundingClientRect()];
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
}

/** Where the keyboard stands in a grid, also while it is in the toolbar, a menu or a dialog. */
export function useCursor(api: Api): Cursor {
  const last = useRef<CellPlace | null>(null);
  useEffect(
    () =>
      api.current?.subscribeEvent("cellFocusIn", ({ id, field }) => {
        last.current = { id: String(id), field };
      }),
    [api],
  );
  return useMemo(() => {
    const moveNow = (id: string | null, asked?: string) => {
      const grid = api.current;
      if (grid === null) return;
      const rows = grid.getSortedRowIds().map(String);
      const row = id !== null && rows.includes(id) ? id : rows[0];
      const columns = grid.getVisibleColumns().map(({ field }) => field);
      const field = [asked, last.current?.field].find((each) => each !== undefined && columns.includes(each));
      if (row === undefined) return;
      const place = { id: row, field: field ?? columns.at(-1) ?? "" };
      const { page, pageSize } = grid.state.pagination.paginationModel;
      const rowIndex = page * pageSize + rows.indexOf(row); // it counts from the first page, though it has one only
      const colIndex = columns.indexOf(place.field);
      const show = (frames: number, still: number) => {
        const isThere = isInSight(grid.getCellElement(place.id, place.field));
        if (!isThere) grid.scrollToIndexes({ rowIndex, colIndex });
        if (frames > 0 && (!isThere || still > 0))
          requestAnimationFrame(() => show(frames - 1, isThere ? still - 1 : STILL));
      };
      show(FRAMES, STILL);
      grid.setCellFocus(place.id, place.field);
    };
    return {
      last: () => last.current,
      // The grid knows the page's rows only after it was rendered with them; a menu gives the focus back before.
      to: (id: string | null, field?: string) => void requestAnimationFrame(() => moveNow(id, field)),
      leave: () =>
        api.current?.setState((state) => {
          // An editor that is open hears by it that it is over: the grid looks for it when the mouse is up.
          const writing = Object.keys(state.editRows).length > 0;
          if (writing || state.focus.cell === null) return state;
          return { ...state, focus: { ...state.focus, cell: null } };
        }),
    };
  }, [api]);
}
