import Box from "@mui/material/Box";
import { memo } from "react";
import { texts } from "../../texts.ts";
import type { Kind, Line } from "./lines.ts";
import type { LineActions } from "./LineList.tsx";
import { Decide, Reason, RecordName, Theirs, Tick, Value, type LineProps } from "./LineParts.tsx";

const t = texts.notSaved;

interface LinesProps {
  readonly lines: readonly Line[];
  readonly kind: Kind;
  readonly actions: LineActions;
}

/** A row for each field; what belongs to the whole edit spans its rows. */
export const LineTable = memo(function LineTable({ lines, kind, actions }: LinesProps) {
  return (
    <Box component="table" sx={table}>
      <thead>
        <tr>
          <Box component="td" sx={{ width: 34 }} />
          <Box component="th" scope="col" sx={{ width: "15%" }}>
            {t.record}
          </Box>
          <Box component="th" scope="col" sx={{ width: "10%" }}>
            {t.field}
          </Box>
          <th scope="col">{t.before}</th>
          <th scope="col">{t.mine}</th>
          <Box component="th" scope="col" sx={{ width: "19%" }}>
            {kind === "conflict" ? t.theirs : t.reason}
          </Box>
          <Box component="th" scope="col" sx={{ width: 320 }}>
            {t.actions}
          </Box>
        </tr>
      </thead>
      {lines.map((line) => (
        <Rows key={line.kept.mutationId} line={line} actions={actions} />
      ))}
    </Box>
  );
});

function Rows({ line, actions }: LineProps) {
  const { places, reason, kept } = line;
  const rowSpan = places.length;
  return (
    <tbody data-line={kept.mutationId}>
      {places.map((place, i) => (
        <tr key={place.name}>
          {i === 0 && (
            <>
              <td rowSpan={rowSpan}>
                <Tick line={line} actions={actions} />
              </td>
              <th scope="rowgroup" rowSpan={rowSpan}>
                <RecordName line={line} actions={actions} />
              </th>
            </>
          )}
          <td>{place.label}</td>
          <td>{place.before !== null && <Value text={place.before} />}</td>
          <td>
            <strong>
              <Value text={place.mine} />
            </strong>
          </td>
          {reason === null ? (
            <td>
              <Theirs place={place} />
            </td>
          ) : (
            i === 0 && (
              <td rowSpan={rowSpan}>
                <Reason line={line} />
              </td>
            )
          )}
          {i === 0 && (
            <td rowSpan={rowSpan}>
              <Decide line={line} actions={actions} />
            </td>
          )}
        </tr>
      ))}
    </tbody>
  );
}

const table = {
  width: 1,
  tableLayout: "fixed",
  borderCollapse: "collapse",
  typography: "body2",
  "& th, & td": { textAlign: "left", verticalAlign: "top", py: 0.75, px: 1, overflowWrap: "anywhere" },
  "& thead th": {
    typography: "caption",
    fontWeight: 600,
    color: "text.secondary",
    position: "sticky",
    top: 0,
    zIndex: 1,
    bgcolor: "background.paper",
  },
  "& tbody th": { fontWeight: 600 },
  "& tbody": { borderTop: 1, borderColor: "divider" },
  "& strong": { fontWeight: "inherit", "& > *": { fontWeight: 600 } },
} as const;
