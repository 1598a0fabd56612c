import type { GridColDef, GridRenderCellParams } from "@mui/x-data-grid";
import type { EditedRow } from "./editors/columns.tsx";
import { OPEN_PATH } from "./rowIcons.tsx";
import { texts } from "../texts.ts";
import { usePane } from "./pane.ts";

/** No field is called so: names of fields do not begin with two underscores. */
export const OPEN = "__open__";

/**
 * Opens the record of its row. Seen where the pointer or the cursor is, always where there is no pointer. Plain
 * elements, as there is one per row: each of Material UI's makes its style anew when a row comes into sight.
 */
function OpenCell({ id, tabIndex }: GridRenderCellParams<EditedRow>) {
  const { open } = usePane();
  return (
    <button
      type="button"
      className="tandem-open"
      aria-label={texts.grid.openThis}
      tabIndex={tabIndex}
      onClick={() => open(String(id))}
    >
      <svg viewBox="0 0 24 24" aria-hidden>
        <path d={OPEN_PATH} />
      </svg>
    </button>
  );
}

/** The column in front, with a button per row. */
export const openColumn: GridColDef<EditedRow> = {
  field: OPEN,
  headerName: texts.grid.openColumn,
  width: 36,
  minWidth: 36,
  align: "center",
  sortable: false,
  resizable: false,
  hideable: false,
  disableColumnMenu: true,
  disableExport: true,
  headerClassName: "tandem-unlabelled",
  renderCell: (params) => <OpenCell {...params} />,
};
