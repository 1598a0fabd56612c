import type { GridColumnHeaderParams, GridEventListener, GridSortModel } from "@mui/x-data-grid";
import { useCallback, useEffect, useMemo } from "react";
import type { SortItem } from "../query/query.ts";
import type { OnState } from "./pane.ts";
import type { Api } from "./useCursor.ts";

type Sort = readonly SortItem[];

/** What a click on a header makes of a sort: ascending, descending, none; alone, or added to what is there. */
export function nextSort(sort: Sort, field: string, add: boolean): Sort {
  const at = sort.findIndex((key) => key.field === field);
  const next =
    at < 0 ? [{ field, descending: false }] : sort[at]?.descending ? [] : [{ field, descending: true }];
  if (!add) return next;
  return at < 0 ? [...sort, ...next] : sort.toSpliced(at, 1, ...next);
}

/** Headers sort by what the pane's state says: the grid itself knows one key at most and sorts nothing. */
export function useSorting(api: Api, sort: Sort, onState: OnState) {
  const sortModel = useMemo<GridSortModel>(
    () => sort.slice(0, 1).map(({ field, descending }) => ({ field, sort: descending ? "desc" : "asc" })),
    [sort],
  );
  const toggle = useCallback(
    ({ field, colDef }: GridColumnHeaderParams, add: boolean) => {
      if (colDef.sortable !== false) onState({ sort: nextSort(sort, field, add) }, "push");
    },
    [sort, onState],
  );
  const onColumnHeaderClick = useCallback<GridEventListener<"columnHeaderClick">>(
    (header, event) => {
      event.defaultMuiPrevented = true;
      toggle(header, event.shiftKey);
    },
    [toggle],
  );
  useEffect(
    () =>
      api.current?.subscribeEvent(
        "columnHeaderKeyDown",
        (header, event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return; // those open its menu
          event.defaultMuiPrevented = true;
          event.preventDefault();
          toggle(header, event.shiftKey);
        },
        { isFirst: true },
      ),
    [api, toggle],
  );
  return { sortModel, onColumnHeaderClick };
}
