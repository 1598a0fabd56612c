import Box from "@mui/material/Box";
import { GridFooter } from "@mui/x-data-grid";
import { SelectionBar } from "./SelectionBar.tsx";
import { SettleChip } from "./SettleChip.tsx";

const line = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  borderTop: 1,
  borderColor: "divider",
  "& .MuiDataGrid-footerContainer": { flex: 1, borderTop: 0 },
  "& .MuiChip-root": { ml: 1.5, my: 0.5 },
} as const;

/** Under the rows, so that ticking one, or what others do, moves none of them. */
export function PaneFooter() {
  return (
    <div>
      <SelectionBar />
      <Box sx={line}>
        <SettleChip />
        <GridFooter />
      </Box>
    </div>
  );
}
