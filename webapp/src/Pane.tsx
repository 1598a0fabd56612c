import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import Select from "@mui/material/Select";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { GridView } from "./grid/GridView.tsx";
import { useGrid } from "./hooks/useGrid.ts";
import type { GridSummary } from "./protocol.ts";
import type { ReplicaStatus } from "./sync/types.ts";

interface PaneProps {
  readonly grid: string;
  readonly grids: readonly GridSummary[];
  /** "Left" or "Right": tells the two panes apart where their grids do not */
  readonly label: string;
  readonly onGrid: (grid: string) => void;
}

const number = new Intl.NumberFormat();

function countText({ state, count, expected }: ReplicaStatus): string {
  if (state === "waiting") return "";
  if (state === "filling") return `Loading ${number.format(count)} of ${number.format(expected)} records`;
  return `${number.format(count)} ${count === 1 ? "record" : "records"}`;
}

/** One of the two grids on the page: which it is, how many records it has, and the records. */
export function Pane({ grid, grids, label, onGrid }: PaneProps) {
  const { replica, status } = useGrid(grid);
  const title = status.grid?.title ?? grids.find(({ id }) => id === grid)?.title ?? grid;
  return (
    <Paper component="section" variant="outlined" aria-label={`${label}: ${title}`} sx={frame}>
      <Stack direction="row" spacing={1} sx={{ alignItems: "center", px: 1, pt: 0.75 }}>
        <GridSelect grid={grid} title={title} grids={grids} label={label} onGrid={onGrid} />
        <Typography variant="body2" color="text.secondary" noWrap role="status">
          {countText(status)}
        </Typography>
      </Stack>
      <Progress status={status} />
      {status.error && <Alert severity="error">{status.error.message}</Alert>}
      {status.problem && <Alert severity="warning">{status.problem.message}</Alert>}
      {status.grid ? (
        <GridView key={grid} replica={replica} grid={status.grid} label={`${label}: ${title}`} />
      ) : (
        <Box sx={{ flex: 1 }} />
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

function GridSelect({ grid, title, grids, label, onGrid }: PaneProps & { readonly title: string }) {
  const known = grids.some(({ id }) => id === grid);
  return (
    <Select
      variant="standard"
      disableUnderline
      value={grid}
      onChange={(event) => onGrid(event.target.value)}
      SelectDisplayProps={{ "aria-label": `Grid on the ${label.toLowerCase()}` }}
      sx={{ fontWeight: 600, fontSize: 15, px: 0.5 }}
    >
      {!known && <MenuItem value={grid}>{title}</MenuItem>}
      {grids.map(({ id, title }) => (
        <MenuItem key={id} value={id}>
          {title}
        </MenuItem>
      ))}
    </Select>
  );
}
