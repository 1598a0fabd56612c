import Alert from "@mui/material/Alert";
import Snackbar from "@mui/material/Snackbar";
import {
  DataGrid,
  type GridCellModesModel,
  type GridCellParams,
  type GridEventListener,
  type GridRowId,
} from "@mui/x-data-grid";
import { useCallback, useContext, useMemo } from "react";
import { PAGE_SIZES } from "../query/paneState.ts";
import { useGridStatus, usePage } from "../hooks/useReplica.ts";
import type { Page } from "../query/view.ts";
import type { EditedRow } from "./editors/columns.tsx";
import { EmptyPane } from "./EmptyPane.tsx";
import { gridStyle } from "./gridStyle.ts";
import { PaneColumnMenu } from "./headers.tsx";
import { NonceContext } from "./nonce.ts";
import { usePane, usePaneNow } from "./pane.ts";
import { PaneFooter } from "./PaneFooter.tsx";
import { RowCheckbox } from "./RowCheckbox.tsx";
import { StillCell } from "./StillCell.tsx";
import { useColumns } from "./useColumns.tsx";
import type { Api } from "./useCursor.ts";
import { useEditing } from "./useEditing.ts";
import { useGridKeys } from "./useGridKeys.ts";
import { usePaste } from "./usePaste.ts";
import { useRows } from "./useRows.ts";
import { useSorting } from "./useSorting.ts";

// What stands there instead of rows has buttons, which a grid may not hold: it lies over it, below.
const slots = {
  cell: StillCell,
  rowCheckbox: RowCheckbox,
  footer: PaneFooter,
  noRowsOverlay: () => null,
  columnMenu: PaneColumnMenu,
};

const whole = (page: Page): Page => page;

interface PaneGridProps {
  readonly api: Api;
  readonly label: string;
}

/** Edits, and keys on cells; what this pane did is placed as soon as the cursor has left it. */
function useCells(api: Api) {
  const pane = usePane();
  const { view } = pane;
  const { fields, mayEdit } = usePaneNow();
  const { problem, dismiss, paste, processRowUpdate, onCellKeyDown, ...editing } = useEditing(
    pane,
    fields,
    mayEdit,
  );
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

/** What is gone is only there to be seen; but an editor that is open is not taken away from whoever writes in it. */
function useLiving({ rows }: Page) {
  const { replica } = usePane();
  useGridStatus(replica, ({ structure }) => structure); // the page stays the same where one goes and another comes
  const gone = rows.filter(({ id }) => replica.get(id)?.deleted !== false).map(({ id }) => id).join(); // prettier-ignore
  return useMemo(() => {
    const ids = new Set(gone.split(","));
    const isThere = ({ id }: { readonly id: GridRowId }) => !ids.has(String(id));
    const isCellEditable = (cell: GridCellParams) => cell.cellMode === "edit" || isThere(cell);
    return { isCellEditable, isRowSelectable: isThere };
  }, [gone]);
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

/**
 * The Data Grid itself: it is handed the page on screen, as rows that carry an id, and decides nothing. Another value of
 * any of its properties renders all of its cells: they stay the same objects while only rows come, go and move.
 */
export function PaneGrid({ api, label }: PaneGridProps) {
  const nonce = useContext(NonceContext);
  const { replica, view } = usePane();
  const { mayEdit, fields, state, onState, complete, selection } = usePaneNow();
  const { problem, dismiss, cells } = useCells(api);
  const page = usePage(view, whole);
  const { page: at, pageSize } = page;
  const paginationModel = useMemo(() => ({ page: at, pageSize }), [at, pageSize]);
  const onCellModes = useCallback(
    (model: GridCellModesModel) => view.hold("editing", Object.keys(model).length > 0),
    [view],
  );
  return (
    <>
      <DataGrid
        apiRef={api}
        aria-label={label}
        nonce={nonce}
        sx={gridStyle}
        slots={slots}
        rows={useRows(api, page.rows)}
        rowCount={-1} // it need not know: `PaneFooter` turns the pages
        density={state.density}
        rowHeight={46} // times 0.7 where it is compact
        paginationMode="server"
        sortingMode="server"
        filterMode="server"
        disableColumnFilter
        checkboxSelection={mayEdit} // nothing else can be done with many
        keepNonExistentRowsSelected
        disableRowSelectionOnClick
        disableRowSelectionExcludeModel
        rowSelectionModel={selection.model}
        onRowSelectionModelChange={selection.onModel}
        hideFooterSelectedRowCount
        pageSizeOptions={PAGE_SIZES}
        paginationModel={paginationModel}
        onCellModesModelChange={onCellModes}
        onCellClick={useTaps()}
        {...useColumns(replica, fields, complete, state, onState)}
        {...useSorting(api, state.sort, onState)}
        {...useLiving(page)}
        {...cells}
      />
      {page.rows.length === 0 && <EmptyPane />}
      {problem !== null && (
        <Snackbar open autoHideDuration={8000} onClose={dismiss} sx={{ position: "absolute" }}>
          <Alert severity={mayEdit ? "error" : "info"}>{problem}</Alert>
        </Snackbar>
      )}
    </>
  );
}
