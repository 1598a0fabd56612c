import { GridFooter } from "@mui/x-data-grid";
import { SelectionBar } from "./SelectionBar.tsx";

/** Under the rows, so that ticking one moves none of them. */
export function PaneFooter() {
  return (
    <div>
      <SelectionBar />
      <GridFooter />
    </div>
  );
}
