import AppBar from "@mui/material/AppBar";
import Box from "@mui/material/Box";
import { useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { lazily } from "../grid/lazily.tsx";
import { UndoContext, UndoDesk } from "../grid/undo/desk.ts";
import { LeftAloneNotice } from "../grid/undo/LeftAlone.tsx";
import { useNarrow } from "../grid/useNarrow.ts";
import { useClient } from "../hooks/client.ts";
import { useAddress } from "../hooks/useAddress.ts";
import { useGrids, type Grids } from "../hooks/useGrids.ts";
import type { GridSummary } from "../protocol.ts";
import { keepOne, openSecond, patchPane, SIDES, type Side } from "../query/paneState.ts";
import { texts } from "../texts.ts";
import { NotSavedChip } from "./NotSavedChip.tsx";
import { NothingYet } from "./NothingYet.tsx";
import { Pane } from "./Pane.tsx";
import { focusedSide, focusPane, focusSearch } from "./paneFocus.ts";
import { Panes } from "./Panes.tsx";
import { Refusal } from "./Refusal.tsx";
import { SideTabs } from "./SideTabs.tsx";
import { TopBar } from "./TopBar.tsx";
import { useShortcuts } from "./useShortcuts.ts";

const GridsDrawer = lazily(async () => (await import("./GridsDrawer.tsx")).GridsDrawer);
const ShareDialog = lazily(async () => (await import("./share/ShareDialog.tsx")).ShareDialog);
const HelpDialog = lazily(async () => (await import("./HelpDialog.tsx")).HelpDialog);

const NO_GRIDS: readonly GridSummary[] = [];
const ONLY: readonly Side[] = ["left"];

/** Where the address names no grid: the first that has records, chosen once. A later one takes nobody's place. */
function useFirstGrid({ grids }: Grids): string | undefined {
  const [first, setFirst] = useState<string>();
  if (first === undefined && grids !== null && grids.length > 0)
    setFirst((grids.find(({ count }) => count > 0) ?? grids[0])?.id);
  return first;
}

/** The whole page: one grid, or two side by side; on a small screen one at a time. */
export function App() {
  const { state, setPane, setPage } = useAddress();
  const grids = useGrids();
  const first = useFirstGrid(grids);
  const narrow = useNarrow();
  const [active, setActive] = useState<Side>("left");
  const [choosing, setChoosing] = useState<Side | null>(null);
  const [help, setHelp] = useState(false);
  const [sharing, setSharing] = useState<string | null>(null);

  const two = state.panes === 2;
  const sides = two ? SIDES : ONLY;
  const side = two ? active : "left";
  const standing = sides.map((side) => ({ side, grid: state[side].grid ?? first }));
  const gridOf = (side: Side) => standing.find((each) => each.side === side)?.grid;
  const empty = standing.every(({ grid }) => grid === undefined);
  const titleOf = (grid: string) => grids.grids?.find(({ id }) => id === grid)?.title ?? grid;
  const shown = standing.filter((each) => !narrow || each.side === side);
  const title = texts.app.title(shown.flatMap(({ grid }) => (grid === undefined ? [] : titleOf(grid))));
  useEffect(() => void (document.title = title), [title]);

  const toggle = () => setPage(two ? keepOne(state, side) : openSecond(state), "push");
  const client = useClient();
  const desk = useMemo(
    () =>
      new UndoDesk(
        client.history,
        (grid) => client.replica(grid).status().grid,
        (grid) => client.mayEdit(grid),
      ),
    [client],
  );
  const { refresh } = grids;
  const choose = useMemo(
    () => (side: Side) => {
      refresh();
      setChoosing(side);
    },
    [refresh],
  );
  const open = (side: Side, grid: string) => {
    const pane = patchPane(state[side], { grid });
    setPage(side === "right" && !two ? { ...openSecond(state), right: pane } : { [side]: pane }, "push");
    setActive(side);
    setChoosing(null);
  };
  const reveal = (grid: string, record: string) => {
    const at = standing.find((each) => each.grid === grid)?.side;
    setPane(at ?? side, at === undefined ? { grid, record } : { record }, "push");
    setActive(at ?? side);
  };
  useShortcuts(
    useMemo(
      () => ({
        help: () => setHelp(true),
        search: () => focusSearch(side),
        otherPane: () => {
          const from = focusedSide(sides);
          const to = from === null ? side : (sides.find((each) => each !== from) ?? from);
          flushSync(() => setActive(to)); // a pane behind a tab is not there before
          focusPane(to);
        },
        undo: () => desk.turn("before"),
        redo: () => desk.turn("after"),
      }),
      [side, sides, desk],
    ),
  );

  return (
    <UndoContext value={desk}>
      <Box sx={frame}>
        <AppBar
          position="static"
          color="default"
          elevation={0}
          sx={{ borderBottom: 1, borderColor: "divider" }}
        >
          <TopBar
            two={two}
            empty={empty}
            onGrids={() => choose(side)}
            onTwo={toggle}
            onHelp={() => setHelp(true)}
            sharing={titleOf(gridOf(side) ?? "")}
            onShare={() => setSharing(gridOf(side) ?? null)}
            notSaved={<NotSavedChip onReveal={reveal} onDone={() => focusPane(side)} />}
          />
          {narrow && two && !empty && (
            <SideTabs side={side} onSide={setActive} titleOf={(side) => titleOf(gridOf(side) ?? "…")} />
          )}
        </AppBar>
        <Refusal />
        {empty ? (
          <NothingYet grids={grids} />
        ) : (
          <Panes
            state={state}
            sides={shown.filter(({ grid }) => grid !== undefined).map(({ side }) => side)}
            narrow={narrow}
            onActive={setActive}
            onSplit={(split) => setPage({ split }, "replace")}
          >
            {(side) => (
              <Pane
                side={side}
                grid={gridOf(side)!}
                state={state[side]}
                grids={grids.grids ?? NO_GRIDS}
                narrow={narrow}
                setPane={setPane}
                onAsk={refresh}
                onChoose={choose}
              />
            )}
          </Panes>
        )}
        <GridsDrawer
          open={choosing !== null}
          grids={grids}
          side={choosing}
          onSide={setChoosing}
          shown={standing}
          onChoose={open}
          onClose={() => setChoosing(null)}
        />
        {sharing !== null && (
          <ShareDialog grid={sharing} title={titleOf(sharing)} onClose={() => setSharing(null)} />
        )}
        <HelpDialog open={help} onClose={() => setHelp(false)} />
        <LeftAloneNotice />
      </Box>
    </UndoContext>
  );
}

const frame = {
  height: "100dvh",
  minHeight: 360, // lower, as with large letters on a phone held across, the page scrolls
  display: "flex",
  flexDirection: "column",
  bgcolor: "background.default",
} as const;
