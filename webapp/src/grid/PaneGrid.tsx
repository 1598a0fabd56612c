import Alert from "@mui/material/Alert";
import Snackbar from "@mui/material/Snackbar";
import {
  DataGrid,
  type GridCellParams,
  type GridEventListener,
  type GridRowParams,
  type GridSlotsComponentsProps,
} from "@mui/x-data-grid";
import { useCallback, useContext, useMemo } from "react";
import { PAGE_SIZES, type PageSize } from "../query/paneState.ts";
import type { Page } from "../query/view.ts";
import type { EditedRow } from "./editors/columns.tsx";
import { EmptyPane } from "./EmptyPane.tsx";
import { gridStyle } from "./gridStyle.ts";
import { PaneColumnMenu } from "./headers.tsx";
import { NonceContext } from "./nonce.ts";
import { usePane, usePaneNow } from "./pane.ts";
import { PaneFooter } from "./PaneFooter.tsx";
import { useColumns } from "./useColumns.tsx";
import type { Api } from "./useCursor.ts";
import { useEditing } from "./useEditing.ts";
import { useGridKeys } from "./useGridKeys.ts";
import { usePaste } from "./usePaste.ts";
import { useSorting } from "./useSorting.ts";

// What stands there instead of rows has buttons, which a grid may not hold: it lies over it, below.
const slots = { footer: PaneFooter, noRowsOverlay: () => null, columnMenu: PaneColumnMenu };

interface PaneGridProps {
  readonly api: Api;
  readonly label: string;
  readonly page: Page;
}

/** Edits, and keys on cells; what this pane did is placed as soon as the cursor has left it. */
function useCells(api: Api) {
  const pane = usePane();
  const { view } = pane;
  const { fields } = usePaneNow();
  const { problem, dismiss, paste, processRowUpdate, onCellKeyDown, ...editing } = useEditing(pane, fields);
  const save = useCallback(
    (edited: EditedRow, row: EditedRow) => {
      const saved = processRowUpdate(edited, row);
      view.own([row.id]);
      return saved;
    },
    [processRowUpdate, view],
  );
  const own = useCallback((id: string) => view.own([id]), [view]);
  const keys = useGridKeys(onCellKeyDown, own, pane);
  usePaste(api, (grid, text) => {
    const id = paste(grid, text);
    if (id !== null) view.own([id]);
  });
  return { problem, dismiss, cells: { ...editing, processRowUpdate: save, onCellKeyDown: keys } };
}

/**
 * What stands under the rows, and turns them. Not by the grid's own model: it is behind when page and number of rows
 * change together, and calls `onPaginationModelChange` also by itself.
 */
function useTurning({ page, pageSize, count }: Page): GridSlotsComponentsProps {
  const { view } = usePane();
  const { onState } = usePaneNow();
  return useMemo(() => {
    const turn = (to: number, size: PageSize) => {
      view.show(to, size); // also where the state says so already: that page had gone, and is there again
      onState({ page: to, pageSize: size }, "push");
    };
    return {
      basePagination: {
        material: { showFirstButton: true, showLastButton: true },
        page,
        count,
        rowsPerPage: pageSize,
        onPageChange: (_event, to) => turn(to, pageSize as PageSize),
        /** The first row on screen stays on it. */
        onRowsPerPageChange: (size) => turn(Math.floor((page * pageSize) / size), size as PageSize),
      },
    };
  }, [view, onState, page, pageSize, count]);
}

/** What is gone is only there to be seen; but an editor that is open is not taken away from whoever writes in it. */
function useLiving() {
  const { replica } = usePane();
  return useMemo(() => {
    const isThere = ({ id }: GridRowParams) => replica.get(String(id))?.deleted === false;
    const isCellEditable = ({ id, cellMode }: GridCellParams) =>
      cellMode === "edit" || replica.get(String(id))?.deleted === false;
    return { isCellEditable, isRowSelectable: isThere };
  }, [replica]);
}

/** On a small screen a tap on a cell opens its record: a cell is no place to write there. */
function useTaps(): GridEventListener<"cellClick"> {
  const { open } = usePane();
  const { narrow } = usePaneNow();
  return useCallback(
    ({ id, field }, event) => {
      const pressed = event.target instanceof Element && event.target.closest("a, button, input") !== null;
      if (narrow && !pressed && field !== "__check__") open(String(id));
    },
    [narrow, open],
  );
}

/** The Data Grid itself: it is handed the page on screen, as rows that carry an id, and decides nothing. */
export function PaneGrid({ api, label, page }: PaneGridProps) {
  const nonce = useContext(NonceContext);
  const { replica, view } = usePane();
  const { fields, state, onState, complete, selection } = usePaneNow();
  const { problem, dismiss, cells } = useCells(api);
  return (
    <>
      <DataGrid
        apiRef={api}
        aria-label={label}
        nonce={nonce}
        sx={gridStyle}
        slots={slots}
        slotProps={useTurning(page)}
        rows={page.rows}
        rowCount={page.count}
        density={state.density}
        rowHeight={46} // times 0.7 where it is compact
        paginationMode="server"
        sortingMode="server"
        filterMode="server"
        disableColumnFilter
        checkboxSelection
        keepNonExistentRowsSelected
        disableRowSelectionOnClick
        disableRowSelectionExcludeModel
        rowSelectionModel={selection.model}
        onRowSelectionModelChange={selection.onModel}
        hideFooterSelectedRowCount
        pageSizeOptions={PAGE_SIZES}
        paginationModel={{ page: page.page, pageSize: page.pageSize }}
        onCellModesModelChange={(model) => view.hold("editing", Object.keys(model).length > 0)}
        onCellClick={useTaps()}
        {...useColumns(replica, fields, complete, state, onState)}
        {...useSorting(api, state.sort, onState)}
        {...useLiving()}
        {...cells}
      />
      {page.rows.length === 0 && <EmptyPane />}
      {problem !== null && (
        <Snackbar open autoHideDuration={8000} onClose={dismiss} sx={{ position: "absolute" }}>
          <Alert severity="error">{problem}</Alert>
        </Snackbar>
      )}
    </>
  );
}
