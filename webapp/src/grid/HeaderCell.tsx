import Box from "@mui/material/Box";
import type { FieldDescription } from "../protocol.ts";
import type { SortItem } from "../query/query.ts";
import { texts } from "../texts.ts";
import { COLUMNS } from "./editors/columns.tsx";
import { DownIcon, UpIcon } from "./icons.tsx";
import { SPOKEN } from "./spoken.ts";

interface HeaderCellProps {
  readonly field: FieldDescription;
  /** of the pane, whole */
  readonly sort: readonly SortItem[];
}

/** A column's header: what the field holds, its label, and its place among the fields that are sorted by. */
export function HeaderCell({ field, sort }: HeaderCellProps) {
  const at = sort.findIndex((key) => key.field === field.name);
  const { Icon } = COLUMNS[field.type];
  return (
    <Box component="span" sx={cell}>
      <Icon className="tandem-type" />
      <Box component="span" className="MuiDataGrid-columnHeaderTitle" title={field.label} sx={label}>
        {field.label}
      </Box>
      {field.required && (
        <Box component="span" aria-hidden title={texts.panels.required} className="tandem-required">
          *
        </Box>
      )}
      {at >= 0 && <Place at={at} sort={sort} />}
    </Box>
  );
}

/** The only field sorted by is told by the header's `aria-sort`; of several, which the grid knows nothing of, by words. */
function Place({ at, sort }: { readonly at: number; readonly sort: readonly SortItem[] }) {
  const descending = sort[at]?.descending ?? false;
  const Arrow = descending ? DownIcon : UpIcon;
  return (
    <Box component="span" className="tandem-sorted">
      <Arrow fontSize="inherit" />
      {sort.length > 1 && (
        <>
          <span aria-hidden>{at + 1}</span>
          <Box component="span" sx={SPOKEN}>
            {texts.panels.sorted(descending, at + 1, sort.length)}
          </Box>
        </>
      )}
    </Box>
  );
}

const label = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" };
const cell = {
  display: "flex",
  alignItems: "center",
  gap: 0.5,
  minWidth: 0,
  "& .tandem-type": { fontSize: 14, color: "text.disabled", flexShrink: 0 },
  "& .tandem-required": { color: "text.secondary", ml: "-2px" },
  "& .tandem-sorted": {
    display: "inline-flex",
    alignItems: "center",
    flexShrink: 0,
    fontSize: 13,
    color: "primary.main",
    fontWeight: 600,
    fontVariantNumeric: "tabular-nums",
    position: "relative",
  },
};
