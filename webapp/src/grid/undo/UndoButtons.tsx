import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useSyncExternalStore } from "react";
import type { Side, Step } from "../../sync/step.ts";
import { texts } from "../../texts.ts";
import { lineIcon } from "../icons.tsx";
import { usePane } from "../pane.ts";
import { useUndoDesk } from "./desk.ts";

const t = texts.undo;

const UndoIcon = lineIcon("M4 9h11a5 5 0 0 1 0 10h-4M8 5 4 9l4 4", "Undo");
const RedoIcon = lineIcon("M20 9H9a5 5 0 0 0 0 10h4M16 5l4 4-4 4", "Redo");

const KEYS: Readonly<Record<Side, string>> = {
  before: "Control+Z Meta+Z",
  after: "Control+Y Control+Shift+Z Meta+Shift+Z",
};

/** Back and forth through what this page's user has done, each named by what it would do. */
export function UndoButtons() {
  const { history } = useUndoDesk();
  const { undo, redo } = useSyncExternalStore(history.subscribe, history.snapshot);
  return (
    <>
      <TurnButton to="before" step={undo} />
      <TurnButton to="after" step={redo} />
    </>
  );
}

/** It stays where it is, and keeps the focus, also when there is nothing to do: that is said. */
function TurnButton({ to, step }: { readonly to: Side; readonly step: Step | null }) {
  const desk = useUndoDesk();
  const { replica, stage } = usePane();
  const label = step === null ? t.nothing[to] : t.would[to](desk.name(step, replica.grid));
  const Icon = to === "before" ? UndoIcon : RedoIcon;
  return (
    <Tooltip title={label}>
      <IconButton
        size="small"
        aria-label={label}
        aria-keyshortcuts={KEYS[to]}
        aria-disabled={step === null}
        onClick={() => desk.turn(to, stage)}
        sx={step === null ? { color: "action.disabled", cursor: "default" } : undefined}
      >
        <Icon fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}
