import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useState, type ReactNode } from "react";
import { texts } from "../../texts.ts";

interface DiscardDialogProps {
  readonly onDiscard: () => void;
  readonly onKeep: () => void;
}

function DiscardDialog({ onDiscard, onKeep }: DiscardDialogProps) {
  return (
    <Dialog open onClose={onKeep} aria-labelledby="discard-title">
      <DialogTitle id="discard-title">{texts.editors.discardTitle}</DialogTitle>
      <DialogContent>{texts.editors.discardText}</DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onKeep} autoFocus>
          {texts.editors.keepEditing}
        </Button>
        <Button color="error" onClick={onDiscard}>
          {texts.editors.discard}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/**
 * What was typed is not thrown away without a question. Returns what closes at once if nothing `changed()`, and asks
 * first if something did; and the question, to be rendered.
 */
export function useDiscard(changed: () => boolean): {
  readonly leave: (go: () => void) => void;
  readonly question: ReactNode;
} {
  const [going, setGoing] = useState<{ readonly go: () => void } | null>(null);
  const question = going && (
    <DiscardDialog
      onDiscard={() => {
        setGoing(null);
        going.go();
      }}
      onKeep={() => setGoing(null)}
    />
  );
  return { leave: (go) => (changed() ? setGoing({ go }) : go()), question };
}
