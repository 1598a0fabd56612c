import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { useEffect, useState } from "react";
import { useAwayNow } from "../../hooks/useAway.ts";
import type { AwayNow } from "../../sync/away.ts";
import { texts } from "../../texts.ts";
import { lazily } from "../lazily.tsx";
import { usePane } from "../pane.ts";
import { countText } from "./markText.ts";

const t = texts.away;

const AwayPanel = lazily(async () => (await import("./AwayPanel.tsx")).AwayPanel);

/** Two panes may show one grid: one of them tells it. */
const told = new WeakSet<AwayNow>();

/** What is there to see, in a few words; empty: nothing. */
function chipText(now: AwayNow): string {
  if (now.count > 0) return countText(now);
  return now.replaced ? t.replaced : "";
}

interface AwayChipProps {
  readonly say: (text: string) => void;
  /** Goes to a cell, wherever it is. */
  readonly onGo: (id: string, field: string | undefined) => void;
  /** There is nothing more to tell: the focus has nowhere to go back to. */
  readonly onDone: () => void;
}

/** What others did while its user was away, in number; it opens the list. */
export function AwayChip({ say, onGo, onDone }: AwayChipProps) {
  const { away } = usePane();
  const now = useAwayNow(away);
  const text = chipText(now);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const isThere = text !== "";
  useEffect(() => {
    const now = away.snapshot();
    if (!isThere || told.has(now)) return;
    told.add(now);
    say(t.heard(chipText(now)));
  }, [away, isThere, say]);
  const isOver = !isThere && anchor !== null;
  useEffect(() => {
    if (!isOver) return;
    setAnchor(null);
    onDone();
  }, [isOver, onDone]);
  if (!isThere) return null;
  return (
    <>
      <Chip
        size="small"
        icon={<Box component="span" aria-hidden sx={corner} />}
        color="primary"
        variant="outlined"
        label={text}
        aria-label={t.heard(text)}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ minWidth: 64 }}
      />
      {anchor !== null && (
        <AwayPanel anchor={anchor} text={text} onClose={() => setAnchor(null)} onGo={onGo} />
      )}
    </>
  );
}

/** As it marks a cell: what the number counts. */
const corner = {
  "&&": { ml: 0.75, mr: -0.25 },
  width: 0,
  height: 0,
  border: "4px solid transparent",
  borderTopColor: "currentColor",
  borderLeftColor: "currentColor",
};
