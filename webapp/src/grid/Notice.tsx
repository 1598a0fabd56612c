import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Snackbar from "@mui/material/Snackbar";
import SnackbarContent from "@mui/material/SnackbarContent";
import { useEffect } from "react";
import { texts } from "../texts.ts";
import { CloseIcon } from "./icons.tsx";

/** What a pane has just done, and how to take it back. */
export interface Notice {
  readonly text: string;
  readonly undo: () => void;
}

interface NoticeProps {
  readonly notice: Notice;
  readonly onClose: () => void;
}

const SHOWN_MS = 10_000;

const isUndo = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";

/** In a field where one writes, the key takes back what was written there. */
const WRITING = 'input:not([type="checkbox"]), textarea, [contenteditable="true"]';
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(WRITING) !== null;

/** The key that takes things back, from anywhere on the page; where two panes could, the first that hears it. */
function useUndoKey(undo: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isUndo(event) || event.defaultPrevented || isWriting(event.target)) return;
      event.preventDefault();
      undo();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [undo]);
}

/** For a while at the pane's foot; it waits while the pointer or the focus is on it. The pane's voice tells it. */
export function NoticeBar({ notice, onClose }: NoticeProps) {
  useUndoKey(notice.undo);
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
            <Button color="inherit" aria-keyshortcuts="Control+Z Meta+Z" onClick={notice.undo}>
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
