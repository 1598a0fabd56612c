import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import { memo, useCallback, useMemo, type ReactNode } from "react";
import { lazily } from "../grid/lazily.tsx";
import type { Address, How } from "../hooks/address.ts";
import { useGridStatus, useReplica } from "../hooks/useReplica.ts";
import { useMayEdit } from "../hooks/useRights.ts";
import type { Grid, GridSummary } from "../protocol.ts";
import type { PaneState, Side } from "../query/paneState.ts";
import { texts } from "../texts.ts";
import { Boundary } from "./Boundary.tsx";
import { CannotOpen } from "./CannotOpen.tsx";
import { Heading } from "./Heading.tsx";
import { paneId } from "./paneFocus.ts";
import { Problems, Progress } from "./PaneStatus.tsx";
import { Pending } from "./Pending.tsx";
import { TooLarge } from "./TooLarge.tsx";

/** Most of the script of a page: it comes behind the first paint. */
export const GridView = lazily(async () => (await import("../grid/GridView.tsx")).GridView, Opening);

interface PaneProps {
  readonly side: Side;
  readonly grid: string;
  readonly state: PaneState;
  readonly grids: readonly GridSummary[];
  /** of the page: one pane at a time */
  readonly narrow: boolean;
  readonly setPane: Address["setPane"];
  /** The choice of grids in the heading is being opened: asks which there are. */
  readonly onAsk: () => void;
  /** Opens the list of grids for this side. */
  readonly onChoose: (side: Side) => void;
}

/** One of the grids on the page: which it is, how many records it has, and the records, or why there are none. */
export const Pane = memo(function Pane(props: PaneProps) {
  const { side, grid, state, grids, narrow, setPane, onAsk, onChoose } = props;
  const replica = useReplica(grid);
  const known = useGridStatus(replica, (status) => status.grid);
  const mayEdit = useMayEdit(grid);
  const shown = useMemo(() => (known === null || mayEdit ? known : onlyRead(known)), [known, mayEdit]);
  const complete = useGridStatus(replica, ({ state }) => state === "complete" || state === "kept");
  const error = useGridStatus(replica, (status) => status.error);
  const tooLarge = useGridStatus(replica, (status) => status.tooLarge);
  const title = known?.title ?? grids.find(({ id }) => id === grid)?.title ?? grid;
  const label = texts.app.pane(texts.app.sides[side], title);
  const onState = useCallback(
    (patch: Partial<PaneState>, how: How) => setPane(side, patch, how),
    [side, setPane],
  );
  // The same element until something of it changes: the grid below must not render with each status.
  const heading = useMemo(
    () => <Heading {...{ grid, title, grids, side, replica, onState, onAsk }} />,
    [grid, title, grids, side, replica, onState, onAsk],
  );
  const choose = () => onChoose(side);
  const above = <Opening heading={heading} />;
  return (
    <Paper
      component="section"
      variant="outlined"
      id={paneId(side)}
      tabIndex={-1}
      aria-label={label}
      sx={frame}
    >
      <Boundary key={grid} part="pane" onChoose={choose}>
        <Progress replica={replica} />
        {tooLarge !== null ? (
          <>
            {above}
            <TooLarge grid={grid} {...tooLarge} />
          </>
        ) : shown === null ? (
          <>
            {above}
            {error === null ? <Pending /> : <CannotOpen error={error} onChoose={choose} />}
          </>
        ) : (
          <>
            <Problems replica={replica} />
            <GridView
              {...{ replica, mayEdit, label, heading, complete, state, onState, narrow }}
              grid={shown}
            />
          </>
        )}
      </Boundary>
    </Paper>
  );
});

/** As its definition is for who may look only. */
const onlyRead = (grid: Grid): Grid => ({
  ...grid,
  fields: grid.fields.map((field) => ({ ...field, read_only: true })),
});

/** Where the grid's own bar will be. */
function Opening({ heading }: { readonly heading: ReactNode }) {
  return <Box sx={{ px: 1, py: 0.5, minHeight: 44, display: "flex" }}>{heading}</Box>;
}

const frame = {
  flex: 1,
  minWidth: 0,
  display: "flex",
  flexDirection: "column",
  overflow: "hidden",
  outline: "none",
  // Which of two panes the keys go to.
  transition: "border-color 120ms",
  "&:focus-within": { borderColor: "text.secondary" },
} as const;
