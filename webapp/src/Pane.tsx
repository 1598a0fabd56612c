import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import Select from "@mui/material/Select";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { GridView } from "./grid/GridView.tsx";
import { SIDE_LABEL, type Side } from "./hooks/useAddress.ts";
import { useGrid, useGridStatus } from "./hooks/useGrid.ts";
import type { GridSummary } from "./protocol.ts";
import type { Replica } from "./sync/replica.ts";
import type { ReplicaStatus } from "./sync/types.ts";

interface PaneProps {
  readonly grid: string;
  readonly grids: readonly GridSummary[];
  readonly side: Side;
  readonly onGrid: (side: Side, grid: string) => void;
}

const number = new Intl.NumberFormat();

function countText({ state, count, expected }: ReplicaStatus): string {
  if (state === "waiting") return "";
  if (state === "filling") return `Loading ${number.format(count)} of ${number.format(expected)} records`;
  return `${number.format(count)} ${count === 1 ? "record" : "records"}`;
}

/** One of the two grids on the page: which it is, how many records it has, and the records. */
export function Pane({ grid, grids, side, onGrid }: PaneProps) {
  const { replica, status } = useGrid(grid);
  const title = status.grid?.title ?? grids.find(({ id }) => id === grid)?.title ?? grid;
  const label = `${SIDE_LABEL[side]}: ${title}`;
  // The same element until something of it changes: the grid below must not render with each status.
  const heading = useMemo(
    () => <Heading grid={grid} title={title} grids={grids} side={side} onGrid={onGrid} replica={replica} />,
    [grid, title, grids, side, onGrid, replica],
  );
  return (
    <Paper component="section" variant="outlined" aria-label={label} sx={frame}>
      <Progress status={status} />
      {status.error && <Alert severity="error">{status.error.message}</Alert>}
      {status.problem && <Alert severity="warning">{status.problem.message}</Alert>}
      {status.grid ? (
        <GridView
          key={grid}
          replica={replica}
          grid={status.grid}
          label={label}
          heading={heading}
          complete={status.state === "complete"}
        />
      ) : (
        <Box sx={{ flex: 1, px: 1, py: 0.5 }}>{heading}</Box>
      )}
    </Paper>
  );
}

const frame = { flex: 1, minWidth: 0, display: "flex", flexDirection: "column", overflow: "hidden" } as const;

function Progress({ status }: { readonly status: ReplicaStatus }) {
  if (status.state === "complete" || status.error) return <Box sx={{ height: 2 }} />;
  const share = status.expected > 0 ? (100 * status.count) / status.expected : 0;
  const known = status.state === "filling" && status.expected > 0;
  return (
    <LinearProgress
      aria-label="Loading records"
      variant={known ? "determinate" : "indeterminate"}
      value={known ? Math.min(100, share) : undefined}
      sx={{ height: 2 }}
    />
  );
}

interface HeadingProps extends PaneProps {
  readonly title: string;
  readonly replica: Replica;
}

function Heading({ grid, title, grids, side, onGrid, replica }: HeadingProps) {
  const status = useGridStatus(replica);
  const known = grids.some(({ id }) => id === grid);
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: "center", minWidth: 0 }}>
      <Select
        variant="standard"
        disableUnderline
        value={grid}
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
        {countText(status)}
      </Typography>
    </Stack>
  );
}
