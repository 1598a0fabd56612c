import Alert from "@mui/material/Alert";
import AppBar from "@mui/material/AppBar";
import Box from "@mui/material/Box";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import Toolbar from "@mui/material/Toolbar";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useState } from "react";
import { ConnectionChip } from "./ConnectionChip.tsx";
import { SIDE_LABEL, SIDES, useAddress, type Side } from "../hooks/useAddress.ts";
import { useGrids } from "../hooks/useGrids.ts";
import { Pane } from "./Pane.tsx";
import type { GridSummary } from "../protocol.ts";

const NO_GRIDS: readonly GridSummary[] = [];

/** Where the address names no grid: the first that has records, on both sides. */
const defaultGrid = (grids: readonly GridSummary[]): string | undefined =>
  (grids.find(({ count }) => count > 0) ?? grids[0])?.id;

/** Two grids side by side; below 700 pixels one at a time. */
export function App() {
  const { asked, show } = useAddress();
  const { grids, error, refresh } = useGrids();
  // Chosen once: a grid that is made later takes nobody's place.
  const [first, setFirst] = useState<string>();
  if (first === undefined && grids !== null && grids.length > 0) setFirst(defaultGrid(grids));
  const narrow = useMediaQuery("(max-width: 699.95px)", { noSsr: true });
  const [tab, setTab] = useState<Side>("left");
  const standing = SIDES.map((side) => ({ side, grid: asked[side] ?? first }));
  const shown = standing.filter(({ side }) => !narrow || side === tab);
  const titleOf = (grid: string | undefined) => grids?.find(({ id }) => id === grid)?.title ?? grid ?? "…";
  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column", bgcolor: "background.default" }}>
      <AppBar
        position="static"
        color="default"
        elevation={0}
        sx={{ borderBottom: 1, borderColor: "divider" }}
      >
        <Toolbar variant="dense" sx={{ gap: 2 }}>
          <Logo />
          <Typography
            component="h1"
            variant="subtitle1"
            sx={{ fontWeight: 650, flex: 1, letterSpacing: "-0.01em" }}
          >
            Tandem
          </Typography>
          <ConnectionChip grids={standing.flatMap(({ grid }) => grid ?? [])} />
        </Toolbar>
        {narrow && (
          <Tabs
            value={tab}
            onChange={(_event, side: Side) => setTab(side)}
            variant="fullWidth"
            aria-label="Grids"
          >
            {standing.map(({ side, grid }) => (
              <Tab key={side} value={side} label={`${SIDE_LABEL[side]}: ${titleOf(grid)}`} />
            ))}
          </Tabs>
        )}
      </AppBar>
      {error && <Alert severity="error">The list of grids cannot be read: {error}</Alert>}
      {grids?.length === 0 && <Alert severity="info">This server has no grids yet.</Alert>}
      <Box component="main" sx={{ flex: 1, minHeight: 0, display: "flex", gap: 1.5, p: narrow ? 0.75 : 1.5 }}>
        {shown.map(
          ({ side, grid }) =>
            grid !== undefined && (
              <Pane
                key={side}
                side={side}
                grid={grid}
                grids={grids ?? NO_GRIDS}
                onGrid={show}
                onChoose={refresh}
              />
            ),
        )}
      </Box>
    </Box>
  );
}

function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--mui-palette-primary-main)" />
      <rect x="6.5" y="8" width="8" height="16" rx="2" fill="var(--mui-palette-primary-contrastText)" />
      <rect
        x="17.5"
        y="8"
        width="8"
        height="16"
        rx="2"
        fill="var(--mui-palette-primary-contrastText)"
        fillOpacity="0.6"
      />
    </svg>
  );
}
