import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { SIDES, type Side } from "../query/paneState.ts";
import { texts } from "../texts.ts";

interface SideTabsProps {
  readonly side: Side;
  readonly onSide: (side: Side) => void;
  readonly titleOf: (side: Side) => string;
}

/** On a small screen: which of the two panes is in sight. */
export function SideTabs({ side, onSide, titleOf }: SideTabsProps) {
  const say = texts.app;
  return (
    <Tabs
      value={side}
      onChange={(_event, side: Side) => onSide(side)}
      variant="fullWidth"
      aria-label={say.tabs}
      sx={{ borderTop: 1, borderColor: "divider" }}
    >
      {SIDES.map((side) => (
        <Tab key={side} value={side} label={say.pane(say.sides[side], titleOf(side))} sx={{ minWidth: 0 }} />
      ))}
    </Tabs>
  );
}
