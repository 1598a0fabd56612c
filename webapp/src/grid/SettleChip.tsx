import Chip from "@mui/material/Chip";
import { useSyncExternalStore } from "react";
import type { Waiting } from "../query/waits.ts";
import { texts } from "../texts.ts";
import { usePane } from "./pane.ts";

const t = texts.grid;

/** "3 moved, 1 new, 1 no longer matches"; empty when nothing waits. */
export const waitingText = ({ moved, added, gone, deleted }: Waiting): string =>
  [
    moved > 0 && t.moved(moved),
    added > 0 && t.entered(added),
    gone > 0 && t.left(gone),
    deleted > 0 && t.gone(deleted),
  ]
    .filter(Boolean)
    .join(", ");

/** What others did and what does not show yet, because somebody is at this pane; a click shows it. */
export function SettleChip() {
  const { view } = usePane();
  const text = waitingText(useSyncExternalStore(view.subscribe, view.waiting));
  if (text === "") return null;
  return (
    <Chip
      size="small"
      color="primary"
      variant="outlined"
      label={text}
      aria-label={t.settle(text)}
      onClick={() => view.settle()}
    />
  );
}
