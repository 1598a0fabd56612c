import type { SxProps, Theme } from "@mui/material/styles";

/** Dense and quiet. Cells are styled here, once per grid: a style object per cell would cost each render. */
export const gridStyle: SxProps<Theme> = {
  border: 0,
  fontSize: 13,
  "& .MuiDataGrid-cell--textRight, & .MuiDataGrid-footerContainer": { fontVariantNumeric: "tabular-nums" },
  "--DataGrid-rowBorderColor": "var(--mui-palette-divider)",
  "& .MuiDataGrid-columnHeaderTitle": { fontWeight: 600, fontSize: 12, color: "text.secondary" },
  "& .MuiDataGrid-columnSeparator": { color: "divider" },
  "& .MuiDataGrid-footerContainer": { minHeight: 40 },
  "& .MuiTablePagination-toolbar": { minHeight: 40 },
  "& .MuiDataGrid-cell--editing": { boxShadow: "inset 0 0 0 2px var(--mui-palette-primary-main)" },
  "& .MuiDataGrid-cell:focus, & .MuiDataGrid-cell:focus-within": { outlineOffset: -2, outlineWidth: 2 },
  "& .tandem-cell": { display: "flex", alignItems: "center", width: "100%", height: "100%", gap: "4px" },
  "& .tandem-value": {
    flex: 1,
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  "& .tandem-cell[data-state='pending'] .tandem-value": { color: "primary.main" },
  "& .tandem-cell[data-state='deleted']": { textDecoration: "line-through", opacity: 0.45 },
  "& .tandem-value .MuiChip-root": { height: 20, fontSize: 12 },
  "& .tandem-refused": { p: "2px", fontSize: 16, flexShrink: 0 },
  // No room for it beside the buttons that turn the pages. The footer in front outdoes the grid's own style.
  "@container (max-width: 599.95px)": {
    "& .MuiDataGrid-footerContainer": {
      "& .MuiTablePagination-selectLabel, & .MuiTablePagination-input": { display: "none" },
    },
  },
  "& .tandem-editor": { width: "100%", px: "10px", display: "flex", alignItems: "center" },
};
