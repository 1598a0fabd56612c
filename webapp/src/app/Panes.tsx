import Box from "@mui/material/Box";
import { Fragment, type ReactNode } from "react";
import type { PageState, Side } from "../query/paneState.ts";
import { Divider } from "./Divider.tsx";
import { PANE_PX, SPLIT_PX } from "./split.ts";

interface PanesProps {
  readonly state: PageState;
  /** those that are in sight: both, or one of them */
  readonly sides: readonly Side[];
  readonly narrow: boolean;
  readonly onActive: (side: Side) => void;
  readonly onSplit: (split: number) => void;
  readonly children: (side: Side) => ReactNode;
}

/** One pane, or two with a divider between them. */
export function Panes({ state, sides, narrow, onActive, onSplit, children }: PanesProps) {
  const { split } = state;
  const share = (side: Side) =>
    sides.length > 1 && side === "left" ? `0 1 calc((100% - ${SPLIT_PX}px) * ${split / 100})` : "1 1 0";
  return (
    <Box component="main" sx={{ flex: 1, minHeight: 0, display: "flex", p: narrow ? 0.75 : 1.5 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: "flex" }}>
        {sides.map((side, at) => (
          <Fragment key={side}>
            {at > 0 && <Divider split={split} onSplit={onSplit} />}
            <Box
              style={{ flex: share(side) }}
              sx={{ display: "flex", minWidth: narrow ? 0 : PANE_PX }}
              onFocusCapture={() => onActive(side)}
              onPointerDownCapture={() => onActive(side)}
            >
              {children(side)}
            </Box>
          </Fragment>
        ))}
      </Box>
    </Box>
  );
}
