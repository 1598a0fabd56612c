import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Snackbar from "@mui/material/Snackbar";
import SnackbarContent from "@mui/material/SnackbarContent";
import { useSyncExternalStore } from "react";
import type { Step } from "../sync/step.ts";
import { texts } from "../texts.ts";
import { CloseIcon } from "./icons.tsx";
import { usePane } from "./pane.ts";
import { useUndoDesk } from "./undo/desk.ts";

/** What a pane has just done, as a step that can be undone. */
export interface Notice {
  readonly text: string;
  readonly step: Step;
}

interface NoticeProps {
  readonly notice: Notice;
  readonly onClose: () => void;
}

const SHOWN_MS = 10_000;

/**
 * For a while at the pane's foot, until it is undone in whatever way; it waits while the pointer or the focus is on
 * it. The pane's voice tells it.
 */
export function NoticeBar({ notice, onClose }: NoticeProps) {
  const desk = useUndoDesk();
  const { stage } = usePane();
  const isDone = useSyncExternalStore(desk.history.subscribe, () => desk.history.isDone(notice.step));
  if (!isDone) return null;
  return (
    <Snackbar
      open
      autoHideDuration={SHOWN_MS}
      onClose={(_event, reason) => reason === "timeout" && onClose()}
      sx={{ position: "absolute", bottom: { xs: 56, sm: 56 } }}
    >
      <SnackbarContent
        role="group"
        aria-label={notice.text}
        message={notice.text}
        action={
          <>
            <Button color="inherit" onClick={() => desk.turn("before", stage, notice.step)}>
              {texts.grid.undo}
            </Button>
            <IconButton color="inherit" aria-label={texts.grid.dismiss} onClick={onClose}>
              <CloseIcon fontSize="small" />
            </IconButton>
          </>
        }
      />
    </Snackbar>
  );
}
