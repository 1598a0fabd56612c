import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Snackbar from "@mui/material/Snackbar";
import {
  DataGrid,
  useGridApiRef,
  type GridPaginationModel,
  type GridRowSelectionModel,
  type GridSlotsComponentsProps,
  type GridSortModel,
} from "@mui/x-data-grid";
import { memo, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { FieldDescription, Grid } from "../protocol.ts";
import { useView } from "../hooks/useGrid.ts";
import type { Replica } from "../sync/replica.ts";
import { columnsOf, sortingOf } from "./columns.tsx";
import { Edits } from "./edits.ts";
import { gridStyle } from "./gridStyle.ts";
import { NonceContext } from "./nonce.ts";
import { PaneContext } from "./pane.ts";
import { RefusedPopover, type Refusal } from "./RefusedPopover.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { useEditing } from "./useEditing.ts";

interface GridViewProps {
  readonly replica: Replica;
  readonly grid: Grid;
  /** of the pane, for its accessible names */
  readonly label: string;
  readonly heading: ReactNode;
  /** whether all records are there: then the columns can be measured */
  readonly complete: boolean;
}

const slotProps: GridSlotsComponentsProps = {
  basePagination: { material: { showFirstButton: true, showLastButton: true } },
};

const NONE: GridRowSelectionModel = { type: "include", ids: new Set() };

function useSorting(fields: readonly FieldDescription[], sort: ReturnType<typeof useView>["view"]) {
  const [sortModel, setSortModel] = useState<GridSortModel>([]);
  const onSortModelChange = useCallback(
    (model: GridSortModel) => {
      const by = model[0];
      const field = fields.find(({ name }) => name === by?.field);
      setSortModel(model);
      const sorting = field === undefined ? null : sortingOf(field, by?.sort === "desc");
      sort.ask({ matches: null, sorting });
    },
    [fields, sort],
  );
  return { sortModel, onSortModelChange };
}

/** Measured anew when the records have come in, which the columns themselves do not depend on. */
function useMeasuredColumns(replica: Replica, fields: readonly FieldDescription[], complete: boolean) {
  const [measured, setMeasured] = useState({ complete, fields, columns: columnsOf(fields, replica) });
  if (measured.fields === fields && (measured.complete || !complete)) return measured.columns;
  const columns = columnsOf(fields, replica);
  setMeasured({ complete, fields, columns });
  return columns;
}

/** Its width decides how much its footer shows. */
const body = { flex: 1, minHeight: 0, position: "relative", containerType: "inline-size" } as const;

/** One pane over a replica: only the page on screen is handed to the Data Grid, as rows that carry an id. */
export const GridView = memo(function GridView({ replica, grid, label, heading, complete }: GridViewProps) {
  const nonce = useContext(NonceContext);
  const api = useGridApiRef();
  const { view, page } = useView(replica);
  const { fields } = grid;
  const filling = !complete && page.count > 0;
  useEffect(() => view.hold("filling", filling), [view, filling]);
  const columns = useMeasuredColumns(replica, fields, complete);
  const edits = useMemo(() => new Edits(), []);
  const { problem, dismiss, ...editing } = useEditing(replica, edits, fields);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const explain = useCallback(
    (anchor: HTMLElement, id: string, field: string) => setRefusal({ anchor, id, field }),
    [],
  );
  const pane = useMemo(() => ({ replica, edits, explain }), [replica, edits, explain]);
  const [selection, setSelection] = useState(NONE);
  const selected = page.rows.filter(({ id }) => selection.ids.has(id)).map(({ id }) => id);

  const openEditor = (id: string, field: FieldDescription, text: string) => {
    edits.openWith(id, field.name, text);
    api.current?.setCellFocus(id, field.name);
    api.current?.startCellEditMode({ id, field: field.name });
  };
  const reveal = (id: string) => {
    view.reveal(id);
    const first = fields[0];
    // The grid knows the page's rows only after it was rendered with them.
    requestAnimationFrame(() => {
      if (first !== undefined && api.current?.getRow(id) !== null) api.current?.setCellFocus(id, first.name);
    });
  };
  return (
    <PaneContext value={pane}>
      <Toolbar
        heading={heading}
        grid={grid}
        selected={selected}
        onReveal={reveal}
        onDeleted={() => setSelection(NONE)}
      />
      <Box sx={body}>
        <DataGrid
          apiRef={api}
          aria-label={label}
          nonce={nonce}
          sx={gridStyle}
          rows={page.rows}
          columns={columns}
          rowCount={page.count}
          density="compact"
          rowHeight={46} // times 0.7: dense
          paginationMode="server"
          sortingMode="server"
          filterMode="server"
          disableColumnFilter
          disableColumnMenu
          checkboxSelection
          disableRowSelectionOnClick
          disableRowSelectionExcludeModel
          rowSelectionModel={selection}
          onRowSelectionModelChange={setSelection}
          hideFooterSelectedRowCount
          slotProps={slotProps}
          pageSizeOptions={[25, 50, 100]}
          paginationModel={{ page: page.page, pageSize: page.pageSize }}
          onPaginationModelChange={(model: GridPaginationModel) => view.show(model.page, model.pageSize)}
          onCellModesModelChange={(model) => view.hold("editing", Object.keys(model).length > 0)}
          {...useSorting(fields, view)}
          {...editing}
        />
        {problem !== null && (
          <Snackbar open autoHideDuration={8000} onClose={dismiss} sx={{ position: "absolute" }}>
            <Alert severity="error">{problem}</Alert>
          </Snackbar>
        )}
      </Box>
      <RefusedPopover
        refusal={refusal}
        fields={fields}
        onClose={() => setRefusal(null)}
        onEdit={openEditor}
      />
    </PaneContext>
  );
});
