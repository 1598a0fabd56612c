import type { SxProps, Theme } from "@mui/material/styles";

const focusLine = "2px solid var(--mui-palette-primary-main)";

/** Where others changed something: a tint that fades, with their name. Nobody is moved by it who asked for calm. */
const flash = {
  "@keyframes tandem-flash": { from: { opacity: 1 }, "60%": { opacity: 0.85 }, to: { opacity: 0 } },
  "& .tandem-flash": {
    position: "absolute",
    inset: 0,
    opacity: 0,
    pointerEvents: "none",
    backgroundColor: "color-mix(in srgb, var(--mui-palette-primary-main) 16%, transparent)",
    animation: "tandem-flash 2s ease-out",
    "@media (prefers-reduced-motion: reduce)": { display: "none" },
  },
  "& .tandem-flash::after": {
    content: "attr(data-by)",
    position: "absolute",
    top: 1,
    right: 1,
    px: "5px",
    borderRadius: "4px",
    fontSize: 11,
    lineHeight: "16px",
    color: "primary.contrastText",
    backgroundColor: "primary.main",
  },
  // A whole new row has the name once, in front.
  "& .MuiDataGrid-cell:not([aria-colindex='3']) .tandem-flash[data-whole]::after": { display: "none" },
} as const;

/** Who else is at a cell. The name stands inside: what sticks out of a cell is cut off. */
const others = {
  "& .tandem-others": {
    position: "absolute",
    inset: 0,
    pointerEvents: "none",
    boxShadow: "inset 0 0 0 2px var(--tandem-color)",
  },
  "& .tandem-others::after": {
    content: "attr(data-label)",
    position: "absolute",
    top: 0,
    right: 0,
    maxWidth: "100%",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    px: "4px",
    fontSize: 10,
    lineHeight: "13px",
    color: "var(--tandem-ink)",
    backgroundColor: "var(--tandem-color)",
  },
  "& .MuiDataGrid-cell--textRight .tandem-others::after": { right: "auto", left: 0 },
} as const;

const states = {
  "& .tandem-cell": {
    display: "flex",
    alignItems: "center",
    width: "100%",
    height: "100%",
    gap: "4px",
  },
  "& .tandem-value": {
    flex: 1,
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  // The value that was not taken, before the stored one; no text of the cell, which is copied and read out.
  // Where both have no room, the stored one has it.
  "& .tandem-yours": {
    flex: "0 1000 auto",
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  "& .tandem-yours + .tandem-value": { flex: "1 1 auto" },
  "& .tandem-yours::before": {
    content: "attr(data-text)",
    color: "error.main",
    textDecoration: "line-through",
  },
  "& .tandem-value .MuiChip-root": { height: 20, fontSize: 12 },
  "& .tandem-cell[data-state='pending']::after": {
    content: '""',
    position: "absolute",
    top: 4,
    right: 4,
    width: 6,
    height: 6,
    borderRadius: "50%",
    backgroundColor: "primary.main",
    opacity: 0.7,
  },
  "& .MuiDataGrid-cell:has(.tandem-cell[data-state='refused'])": {
    backgroundColor: "color-mix(in srgb, var(--mui-palette-error-main) 10%, transparent)",
  },
  "& .MuiDataGrid-cell:has(.tandem-cell[data-state='conflict'])": {
    backgroundColor: "color-mix(in srgb, var(--mui-palette-warning-main) 14%, transparent)",
  },
  "& .tandem-cell[data-state='deleted'] .tandem-value": { textDecoration: "line-through" },
  "& .tandem-cell[data-state='untaken'] .tandem-value": { fontStyle: "italic", color: "text.secondary" },
  "& .MuiDataGrid-row:has(.tandem-cell[data-state='deleted'])": { color: "text.secondary" },
  "& .tandem-refused": { p: "2px", fontSize: 16, flexShrink: 0 },
} as const;

/** Where something happened while nobody looked: a corner, or an edge of a whole row. */
const missed = {
  "& .tandem-mark": {
    position: "absolute",
    top: 0,
    left: 0,
    border: "5px solid transparent",
    borderTopColor: "primary.main",
    borderLeftColor: "primary.main",
    pointerEvents: "none",
    transition: "opacity 300ms",
  },
  "& .tandem-mark[data-whole]": { bottom: 0, border: 0, width: 4, backgroundColor: "primary.main" },
  "& .MuiDataGrid-cell:not([aria-colindex='3']) .tandem-mark[data-whole]": { display: "none" },
  // Read, and gone when the cursor goes on.
  "& .tandem-mark[data-read]": { opacity: 0.4 },
} as const;

/** All of its cell can be pressed. As Material UI draws it above, in the header. */
const ticking = {
  "& .MuiDataGrid-cellCheckbox": { p: 0 },
  "& .tandem-check": {
    appearance: "none",
    width: "100%",
    height: "100%",
    m: 0,
    display: "grid",
    placeContent: "center",
    outline: "none",
    color: "text.secondary",
    cursor: "pointer",
    "&::before, &::after": { content: '""', gridArea: "1 / 1", boxSizing: "border-box" },
    "&::before": { width: 15, height: 15, border: "1.7px solid", borderRadius: "2px" },
    "&::after": {
      width: 6,
      height: 10,
      m: "0 0 2px 4.5px",
      border: "solid transparent",
      borderWidth: "0 2px 2px 0",
      rotate: "45deg",
    },
    "&:checked": { color: "primary.main" },
    "&:checked::before": { bgcolor: "primary.main" },
    "&:checked::after": { borderColor: "primary.contrastText" },
    "&:disabled": { color: "action.disabled", cursor: "default" },
    "&:focus-visible::before": { outline: focusLine, outlineOffset: 2 },
  },
} as const;

/** The button in front of a row shows where the pointer or the cursor is; where nothing hovers it always does. */
const opening = {
  "& .MuiDataGrid-cell[data-field='__open__']": { p: 0 },
  "& .tandem-open": {
    display: "inline-flex",
    verticalAlign: "middle",
    p: "5px",
    border: 0,
    borderRadius: "8px",
    background: "none",
    color: "text.secondary",
    cursor: "pointer",
    "&:hover": { bgcolor: "action.hover" },
    "&:focus-visible": { outline: focusLine, outlineOffset: 1 },
    "& svg": { width: 15, height: 15, fill: "none", stroke: "currentColor", strokeWidth: 1.9 },
  },
  "@media (hover: hover)": {
    "& .MuiDataGrid-row:not(:hover, :focus-within) .tandem-open": { opacity: 0 },
  },
  "& .tandem-unlabelled .MuiDataGrid-columnHeaderTitle": { opacity: 0 },
  "& .tandem-unlabelled .MuiDataGrid-columnSeparator": { display: "none" },
} as const;

/** Dense and quiet. Cells are styled here, once per grid: a style object per cell would cost each render. */
export const gridStyle: SxProps<Theme> = {
  border: 0,
  fontSize: 13,
  "& .MuiDataGrid-cell--textRight, & .MuiDataGrid-footerContainer": { fontVariantNumeric: "tabular-nums" },
  "--DataGrid-rowBorderColor": "var(--mui-palette-divider)",
  "& .MuiDataGrid-columnHeader": { userSelect: "none" },
  "& .MuiDataGrid-columnHeaderTitle": { fontWeight: 600, fontSize: 12, color: "text.secondary" },
  "& .MuiDataGrid-columnSeparator": { color: "divider" },
  "& .MuiDataGrid-footerContainer": { minHeight: 40 },
  "& .MuiTablePagination-toolbar": { minHeight: 40 },
  "& .MuiDataGrid-cell": { position: "relative" },
  "& .MuiDataGrid-cell--editing": { boxShadow: "inset 0 0 0 2px var(--mui-palette-primary-main)" },
  "& .MuiDataGrid-cell:focus, & .MuiDataGrid-cell:focus-within": { outlineOffset: -2, outlineWidth: 2 },
  // No room for it beside the buttons that turn the pages. The footer in front outdoes the grid's own style.
  "@container (max-width: 599.95px)": {
    "& .MuiDataGrid-footerContainer": {
      "& .MuiTablePagination-selectLabel, & .MuiTablePagination-input": { display: "none" },
    },
  },
  "& .tandem-editor": { width: "100%", px: "10px", display: "flex", alignItems: "center" },
  ...states,
  ...flash,
  ...others,
  ...missed,
  ...ticking,
  ...opening,
};
