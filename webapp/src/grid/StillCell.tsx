import { GridCell, type GridCellProps } from "@mui/x-data-grid";
import { memo } from "react";

/** But for the row's place in a tree, of which the grid makes a new one with each set of rows: ours has no branches. */
function isSame(before: GridCellProps, after: GridCellProps): boolean {
  const names = Object.keys(after) as (keyof GridCellProps)[];
  const stays = (name: keyof GridCellProps) => name === "rowNode" || before[name] === after[name];
  return names.length === Object.keys(before).length && names.every(stays);
}

/** A cell of the grid that does not render because other rows came, went or moved. */
export const StillCell = memo(GridCell, isSame);
