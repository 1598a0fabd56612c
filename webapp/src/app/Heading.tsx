import MenuItem from "@mui/material/MenuItem";
import Select from "@mui/material/Select";
import Stack from "@mui/material/Stack";
import { memo } from "react";
import type { How } from "../hooks/address.ts";
import { useGridStatus } from "../hooks/useReplica.ts";
import type { GridSummary } from "../protocol.ts";
import type { PaneState, Side } from "../query/paneState.ts";
import type { Replica } from "../sync/replica.ts";
import { texts } from "../texts.ts";
import { ForEars } from "./ForEars.tsx";

interface HeadingProps {
  readonly grid: string;
  readonly title: string;
  readonly grids: readonly GridSummary[];
  readonly side: Side;
  readonly replica: Replica;
  readonly onState: (patch: Partial<PaneState>, how: How) => void;
  readonly onAsk: () => void;
}

/** The pane's grid, to be changed for another. */
export const Heading = memo(function Heading({
  grid,
  title,
  grids,
  side,
  replica,
  onState,
  onAsk,
}: HeadingProps) {
  const complete = useGridStatus(replica, (status) => status.state === "complete");
  const known = grids.some(({ id }) => id === grid);
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: "center", minWidth: 0 }}>
      <Select
        variant="standard"
        disableUnderline
        value={grid}
        onOpen={onAsk}
        onChange={(event) => onState({ grid: event.target.value }, "push")}
        SelectDisplayProps={{ "aria-label": texts.app.gridOn(side) }}
        sx={{ fontWeight: 600, fontSize: 15, px: 0.5, minWidth: 0 }}
      >
        {!known && <MenuItem value={grid}>{title}</MenuItem>}
        {grids.map(({ id, title }) => (
          <MenuItem key={id} value={id}>
            {title}
          </MenuItem>
        ))}
      </Select>
      {/* Once: each number on the way would be said over the one before. */}
      <ForEars>{complete ? texts.app.loaded(title) : ""}</ForEars>
    </Stack>
  );
});
