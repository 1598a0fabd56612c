import type { GridCellParams, GridEventListener } from "@mui/x-data-grid";
import { useCallback } from "react";
import { OPEN } from "./OpenCell.tsx";
import type { Pane } from "./pane.ts";

type OnCellKeyDown = GridEventListener<"cellKeyDown">;

const plain = (event: React.KeyboardEvent): boolean =>
  !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

/** The space bar opens the record; so does Enter on the button in front of the row. */
const opens = (key: string, cell: GridCellParams): boolean =>
  key === " " || (key === "Enter" && cell.field === OPEN);

/** The field of a column; null in front of them, where it is the record's. */
export const fieldOf = (column: string): string | null => (column.startsWith("__") ? null : column);

/** As `aria-keyshortcuts` names them. */
export const HISTORY_KEYS = "Control+Alt+H";

/** By the place of the key: with Alt many keyboards write something else by it. */
const asksHistory = ({ code, ctrlKey, altKey, metaKey, shiftKey }: React.KeyboardEvent): boolean =>
  code === "KeyH" && ctrlKey && altKey && !metaKey && !shiftKey;

/** Tab goes right in the row and Shift+Tab left, as in a spreadsheet; at the row's end it leaves the grid. */
function tabbed({ id, field, api }: GridCellParams, event: React.KeyboardEvent): boolean {
  if (event.key !== "Tab" || event.ctrlKey || event.metaKey || event.altKey) return false;
  const at = api.getColumnIndex(field) + (event.shiftKey ? -1 : 1);
  const next = api.getVisibleColumns()[at]?.field;
  if (next === undefined) return false;
  api.scrollToIndexes({ colIndex: at });
  api.setCellFocus(id, next);
  return true;
}

/** What the keys do in a selected cell: first what edits it (a yes or no takes the space bar), then what opens it. */
export function useGridKeys(
  edit: OnCellKeyDown,
  onEdited: (id: string) => void,
  { open, openHistory }: Pick<Pane, "open" | "openHistory">,
) {
  return useCallback<OnCellKeyDown>(
    (cell, event, details) => {
      edit(cell, event, details);
      if (event.defaultMuiPrevented) return onEdited(String(cell.id));
      if (cell.cellMode === "edit") return;
      if (asksHistory(event)) openHistory(String(cell.id), fieldOf(cell.field));
      else if (plain(event) && opens(event.key, cell)) open(String(cell.id));
      else if (!tabbed(cell, event)) return;
      event.preventDefault(); // the space bar would scroll
      event.defaultMuiPrevented = true;
    },
    [edit, onEdited, open, openHistory],
  );
}
