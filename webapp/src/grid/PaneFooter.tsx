import Box from "@mui/material/Box";
import { GridFooterContainer, useGridRootProps } from "@mui/x-data-grid";
import { usePage } from "../hooks/useReplica.ts";
import { PAGE_SIZES, type PageSize } from "../query/paneState.ts";
import { usePane, usePaneNow } from "./pane.ts";
import { SelectionBar } from "./SelectionBar.tsx";
import { SettleChip } from "./SettleChip.tsx";

const line = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  borderTop: 1,
  borderColor: "divider",
  "& .MuiDataGrid-footerContainer": { flex: 1, borderTop: 0 },
  "& .MuiTablePagination-root": { flexGrow: 1 },
  "& .MuiChip-root": { ml: 1.5, my: 0.5 },
} as const;

/** Under the rows, so that ticking one, or what others do, moves none of them. */
export function PaneFooter() {
  return (
    <div>
      <SelectionBar />
      <Box sx={line}>
        <SettleChip />
        <GridFooterContainer>
          <Turning />
        </GridFooterContainer>
      </Box>
    </div>
  );
}

/**
 * Turns the pages. Not by the grid's own model: it is behind when page and number of rows change together, and calls
 * `onPaginationModelChange` also by itself.
 */
function Turning() {
  const { view } = usePane();
  const { onState, count } = usePaneNow();
  const { basePagination: Pagination } = useGridRootProps().slots;
  const page = usePage(view, (shown) => shown.page);
  const pageSize = usePage(view, (shown) => shown.pageSize);
  const turn = (to: number, size: PageSize) => {
    view.show(to, size); // also where the state says so already: that page had gone, and is there again
    onState({ page: to, pageSize: size }, "push");
  };
  return (
    <Pagination
      material={{ showFirstButton: true, showLastButton: true }}
      count={count}
      page={page}
      rowsPerPage={pageSize}
      rowsPerPageOptions={PAGE_SIZES}
      onPageChange={(_event, to) => turn(to, pageSize as PageSize)}
      // The first row on screen stays on it.
      onRowsPerPageChange={(size) => turn(Math.floor((page * pageSize) / size), size as PageSize)}
    />
  );
}
