import Button from "@mui/material/Button";
import Dialog, { type DialogProps } from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import type { PaperProps } from "@mui/material/Paper";
import { useId, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { texts } from "../../texts.ts";
import { useNarrow } from "../useNarrow.ts";

interface FormDialogProps extends Pick<DialogProps, "onKeyDown" | "onPaste" | "onCopy" | "onCut"> {
  readonly title: string;
  /** of the button that submits; so does Ctrl+Enter */
  readonly submit: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  /** beside the buttons, where there is room */
  readonly hint?: ReactNode;
  /** stands over it: whether what is written may go */
  readonly question: ReactNode;
  readonly children: ReactNode;
}

/** A form as a dialog; the whole of a small screen. */
export function FormDialog(props: FormDialogProps) {
  const { title, submit, onSubmit, onClose, hint, question, children, onKeyDown, ...events } = props;
  const id = useId();
  const narrow = useNarrow();
  const send = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation(); // the form that this one may have been opened from is another one
    onSubmit();
  };
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    onKeyDown?.(event);
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      fullScreen={narrow}
      maxWidth="sm"
      aria-labelledby={id}
      onKeyDown={onKey}
      {...events}
      slotProps={{ paper: { component: "form", onSubmit: send, noValidate: true } as PaperProps<"form"> }}
    >
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent dividers>{children}</DialogContent>
      <DialogActions>
        {!narrow && hint}
        <Button color="inherit" onClick={onClose}>
          {texts.record.cancel}
        </Button>
        <Button type="submit" variant="contained">
          {submit}
        </Button>
      </DialogActions>
      {question}
    </Dialog>
  );
}
