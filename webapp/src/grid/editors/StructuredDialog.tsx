import Typography from "@mui/material/Typography";
import { useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { readPart, sameParts, withoutProblems, type Part, type Problems } from "../../fields/parts.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { useDiscard } from "./DiscardDialog.tsx";
import { FormDialog } from "./FormDialog.tsx";
import { PartInput } from "./PartInput.tsx";

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
  readonly onClose: () => void;
}

/** Keys and pastes in it are its own: the cell that it is opened from would hear them too. */
const stop = (event: KeyboardEvent | ClipboardEvent) => event.stopPropagation();

/** A list or an object, each part in an input of its own type. */
export function StructuredDialog({ field, start, onSave, onClose, ...given }: StructuredDialogProps) {
  const [part, setPart] = useState(start);
  const [problems, setProblems] = useState(given.problems);
  const { leave, question } = useDiscard(() => !sameParts(part, start));
  const whole = given.rejected === null ? problems : { ...problems, "": given.rejected };

  const save = () => {
    const read = readPart(part, field);
    setProblems(read.problems);
    if (Object.keys(read.problems).length === 0) onSave(read.value);
  };
  return (
    <FormDialog
      title={field.label}
      submit={texts.editors.save}
      onSubmit={save}
      onClose={() => leave(onClose)}
      onKeyDown={stop}
      onPaste={stop}
      onCopy={stop}
      onCut={stop}
      hint={
        <Typography variant="caption" color="textSecondary" sx={{ mr: "auto", pl: 1 }}>
          {texts.editors.ctrlEnterSaves}
        </Typography>
      }
      question={question}
    >
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
    </FormDialog>
  );
}
