import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
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

/** On a small screen: one below the other. */
export const LineCards = memo(function LineCards({ lines, actions }: LinesProps) {
  return (
    <Stack component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {lines.map((line) => (
        <Card key={line.kept.mutationId} line={line} actions={actions} />
      ))}
    </Stack>
  );
});

function Card({ line, actions }: LineProps) {
  const { places, reason, kept } = line;
  return (
    <Box component="li" data-line={kept.mutationId} sx={card}>
      <Stack direction="row" spacing={1} sx={{ alignItems: "flex-start", ml: -0.5 }}>
        <Tick line={line} actions={actions} />
        <Typography component="h3" variant="subtitle2" sx={{ overflowWrap: "anywhere" }}>
          <RecordName line={line} actions={actions} />
        </Typography>
      </Stack>
      {places.map((place) => (
        <Box component="dl" key={place.name} aria-label={place.label} sx={values}>
          <dt>{t.field}</dt>
          <dd>{place.label}</dd>
          {place.before !== null && (
            <>
              <dt>{t.before}</dt>
              <dd>
                <Value text={place.before} />
              </dd>
            </>
          )}
          <dt>{t.mine}</dt>
          <Box component="dd" sx={{ "& > *": { fontWeight: 600 } }}>
            <Value text={place.mine} />
          </Box>
          {reason === null && (
            <>
              <dt>{t.theirs}</dt>
              <dd>
                <Theirs place={place} />
              </dd>
            </>
          )}
        </Box>
      ))}
      {reason !== null && <Reason line={line} />}
      <Decide line={line} actions={actions} />
    </Box>
  );
}

const card = {
  display: "flex",
  flexDirection: "column",
  gap: 0.75,
  py: 1.5,
  borderTop: 1,
  borderColor: "divider",
} as const;
const values = {
  m: 0,
  display: "grid",
  gridTemplateColumns: "64px minmax(0, 1fr)",
  columnGap: 1,
  rowGap: 0.25,
  typography: "body2",
  "& dt": { color: "text.secondary" },
  "& dd": { m: 0, overflowWrap: "anywhere" },
} as const;
