import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useId, useState, type ClipboardEvent, type FormEvent, type KeyboardEvent } from "react";
import type { PaperProps } from "@mui/material/Paper";
import { readPart, sameParts, withoutProblems, type Part, type Problems } from "../../fields/parts.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { useDiscard } from "./DiscardDialog.tsx";
import { PartInput } from "./PartInput.tsx";
import { useNarrow } from "../useNarrow.ts";

interface StructuredDialogProps {
  readonly field: FieldDescription;
  readonly start: Part;
  /** what the server said of the value it opens with, by path */
  readonly problems: Problems;
  /** why the whole was not accepted */
  readonly rejected: string | null;
  /** what somebody else did meanwhile */
  readonly note: string | null;
  readonly onSave: (value: Json) => void;
  readonly onCancel: () => void;
}

/** Keys and pastes in it are its own: the cell that it is opened from would hear them too. */
const stop = (event: KeyboardEvent | ClipboardEvent) => event.stopPropagation();

/** A list or an object, each part in an input of its own type. */
export function StructuredDialog({ field, start, onSave, onCancel, ...given }: StructuredDialogProps) {
  const title = useId();
  const narrow = useNarrow();
  const [part, setPart] = useState(start);
  const [problems, setProblems] = useState(given.problems);
  const { leave, question } = useDiscard(() => !sameParts(part, start));
  const whole = given.rejected === null ? problems : { ...problems, "": given.rejected };

  const save = () => {
    const read = readPart(part, field);
    setProblems(read.problems);
    if (Object.keys(read.problems).length === 0) onSave(read.value);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation(); // the form that this dialog may have been opened from is another one
    save();
  };
  const close = () => leave(onCancel);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    save();
  };
  return (
    <Dialog
      open
      onClose={close}
      fullWidth
      fullScreen={narrow}
      maxWidth="sm"
      aria-labelledby={title}
      onKeyDown={onKeyDown}
      onPaste={stop}
      onCopy={stop}
      onCut={stop}
      slotProps={{ paper: { component: "form", onSubmit: submit, noValidate: true } as PaperProps<"form"> }}
    >
      <DialogTitle id={title}>{field.label}</DialogTitle>
      <DialogContent dividers>
        <PartInput
          field={field}
          part={part}
          problems={whole}
          note={given.note ?? undefined}
          bare={typeof part === "object" && part.kind !== "json"}
          autoFocus
          onPart={(next, path) => {
            setPart(next);
            setProblems(withoutProblems(problems, path));
          }}
        />
      </DialogContent>
      <DialogActions>
        <Typography variant="caption" color="textSecondary" sx={{ mr: "auto", pl: 1 }}>
          {!narrow && texts.editors.ctrlEnterSaves}
        </Typography>
        <Button color="inherit" onClick={close}>
          {texts.editors.cancel}
        </Button>
        <Button type="submit" variant="contained">
          {texts.editors.save}
        </Button>
      </DialogActions>
      {question}
    </Dialog>
  );
}
