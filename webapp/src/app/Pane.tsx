import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import Select from "@mui/material/Select";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { GridView } from "../grid/GridView.tsx";
import { SIDE_LABEL, type Side } from "../hooks/useAddress.ts";
import { useGrid, useGridStatus } from "../hooks/useGrid.ts";
import type { GridSummary } from "../protocol.ts";
import type { Replica } from "../sync/replica.ts";
import type { ReplicaStatus } from "../sync/types.ts";

interface PaneProps {
  readonly grid: string;
  readonly grids: readonly GridSummary[];
  readonly side: Side;
  readonly onGrid: (side: Side, grid: string) => void;
  /** The list of grids is being opened. */
  readonly onChoose: () => void;
}

const number = new Intl.NumberFormat();

function countText({ state, count, expected }: ReplicaStatus): string {
  if (state === "waiting") return "";
  if (state === "filling") return `Loading ${number.format(count)} of ${number.format(expected)} records`;
  return `${number.format(count)} ${count === 1 ? "record" : "records"}`;
}

/** One of the two grids on the page: which it is, how many records it has, and the records. */
export function Pane({ grid, grids, side, onGrid, onChoose }: PaneProps) {
  const replica = useGrid(grid);
  const known = useGridStatus(replica, (status) => status.grid);
  const complete = useGridStatus(replica, (status) => status.state === "complete");
  const title = known?.title ?? grids.find(({ id }) => id === grid)?.title ?? grid;
  const label = `${SIDE_LABEL[side]}: ${title}`;
  // The same element until something of it changes: the grid below must not render with each status.
  const heading = useMemo(
    () => (
      <Heading
        grid={grid}
        title={title}
        grids={grids}
        side={side}
        onGrid={onGrid}
        onChoose={onChoose}
        replica={replica}
      />
    ),
    [grid, title, grids, side, onGrid, onChoose, replica],
  );
  return (
    <Paper component="section" variant="outlined" aria-label={label} sx={frame}>
      <Progress replica={replica} />
      <Problems replica={replica} />
      {known ? (
        <GridView
          key={grid}
          replica={replica}
          grid={known}
          label={label}
          heading={heading}
          complete={complete}
        />
      ) : (
        <Box sx={{ flex: 1, px: 1, py: 0.5 }}>{heading}</Box>
      )}
    </Paper>
  );
}

const frame = { flex: 1, minWidth: 0, display: "flex", flexDirection: "column", overflow: "hidden" } as const;

/** Why the grid cannot be read, or edits cannot be kept or sent. */
function Problems({ replica }: { readonly replica: Replica }) {
  const error = useGridStatus(replica, (status) => status.error?.message);
  const problem = useGridStatus(replica, (status) => status.problem?.message);
  return (
    <>
      {error && <Alert severity="error">{error}</Alert>}
      {problem && <Alert severity="warning">{problem}</Alert>}
    </>
  );
}

/** In percent; null where it is not known yet, undefined when there is nothing to wait for. */
function progressOf({ state, error, count, expected }: ReplicaStatus): number | null | undefined {
  if (state === "complete" || error !== null) return undefined;
  return state === "filling" && expected > 0 ? Math.min(100, Math.round((100 * count) / expected)) : null;
}

function Progress({ replica }: { readonly replica: Replica }) {
  const percent = useGridStatus(replica, progressOf);
  if (percent === undefined) return <Box sx={{ height: 2 }} />;
  return (
    <LinearProgress
      aria-label="Loading records"
      variant={percent === null ? "indeterminate" : "determinate"}
      value={percent ?? undefined}
      sx={{ height: 2 }}
    />
  );
}

interface HeadingProps extends PaneProps {
  readonly title: string;
  readonly replica: Replica;
}

function Heading({ grid, title, grids, side, onGrid, onChoose, replica }: HeadingProps) {
  const count = useGridStatus(replica, countText);
  const known = grids.some(({ id }) => id === grid);
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: "center", minWidth: 0 }}>
      <Select
        variant="standard"
        disableUnderline
        value={grid}
        onOpen={onChoose}
        onChange={(event) => onGrid(side, event.target.value)}
        SelectDisplayProps={{ "aria-label": `Grid on the ${side}` }}
        sx={{ fontWeight: 600, fontSize: 15, px: 0.5 }}
      >
        {!known && <MenuItem value={grid}>{title}</MenuItem>}
        {grids.map(({ id, title }) => (
          <MenuItem key={id} value={id}>
            {title}
          </MenuItem>
        ))}
      </Select>
      <Typography variant="body2" color="text.secondary" noWrap role="status">
        {count}
      </Typography>
    </Stack>
  );
}
