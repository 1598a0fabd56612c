import IconButton from "@mui/material/IconButton";
import type { GridColDef, GridRenderCellParams } from "@mui/x-data-grid";
import type { EditedRow } from "./editors/columns.tsx";
import { texts } from "../texts.ts";
import { OpenIcon } from "./rowIcons.tsx";
import { usePane } from "./pane.ts";

/** No field is called so: names of fields do not begin with two underscores. */
export const OPEN = "__open__";

/** Opens the record of its row. Seen where the pointer or the cursor is, always where there is no pointer. */
function OpenCell({ id, tabIndex }: GridRenderCellParams<EditedRow>) {
  const { open } = usePane();
  return (
    <IconButton
      className="tandem-open"
      aria-label={texts.grid.openThis}
      tabIndex={tabIndex}
      onClick={() => open(String(id))}
    >
      <OpenIcon fontSize="inherit" />
    </IconButton>
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
