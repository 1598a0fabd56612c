import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useId } from "react";
import { texts } from "../texts.ts";

/** A question before many records change at once. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** what the button that does it says */
  readonly answer: string;
  readonly color: "error" | "primary";
  readonly act: () => void;
}

interface AskDialogProps {
  readonly question: Question;
  readonly onClose: () => void;
}

export function AskDialog({ question, onClose }: AskDialogProps) {
  const title = useId();
  const act = () => {
    onClose();
    question.act();
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={title}>
      <DialogTitle id={title}>{question.title}</DialogTitle>
      <DialogContent>{question.text}</DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose} autoFocus>
          {texts.grid.cancel}
        </Button>
        <Button color={question.color} variant="contained" onClick={act}>
          {question.answer}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
