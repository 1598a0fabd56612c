import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { VALUE_TYPES } from "../fields/types.ts";
import type { PaperProps } from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import { useState, type FormEvent } from "react";
import type { FieldDescription, Fields, Grid, Json } from "../protocol.ts";
import { InvalidValue } from "../sync/types.ts";
import { COLUMNS } from "./columns.tsx";
import { usePane } from "./pane.ts";
import { readDraft, Unreadable } from "../fields/values.ts";

interface AddDialogProps {
  readonly grid: Grid;
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}

type Texts = Readonly<Record<string, string>>;

const startOf = (field: FieldDescription): string =>
  field.default === null ? "" : VALUE_TYPES[field.type].draft(field.default, field);

/** The drafts of a form as fields, or what is wrong with which. */
function readAll(fields: readonly FieldDescription[], drafts: Texts): { values: Fields; problems: Texts } {
  const values: Record<string, Json> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    try {
      const value = readDraft(VALUE_TYPES[field.type], drafts[field.name] ?? "", field);
      if (value !== null) values[field.name] = value;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems[field.name] = error.message;
    }
  }
  return { values, problems };
}

/** A form with every field that may be written; it closes once all of them hold. */
export function AddDialog({ grid, onClose, onAdded }: AddDialogProps) {
  const { replica } = usePane();
  const fields = grid.fields.filter((field) => !field.read_only);
  const [drafts, setDrafts] = useState<Texts>(() =>
    Object.fromEntries(fields.map((field) => [field.name, startOf(field)])),
  );
  const [problems, setProblems] = useState<Texts>({});

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readAll(fields, drafts);
    setProblems(read.problems);
    if (Object.keys(read.problems).length > 0) return;
    try {
      const id = replica.add(read.values);
      onClose();
      onAdded(id);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      setProblems(
        Object.fromEntries(Object.entries(error.fields).map(([name, why]) => [name, why.join(" ")])),
      );
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="xs"
      aria-labelledby="add-title"
      slotProps={{ paper: { component: "form", onSubmit: submit, noValidate: true } as PaperProps<"form"> }}
    >
      <DialogTitle id="add-title">Add to {grid.title}</DialogTitle>
      <DialogContent dividers>
        <Stack spacing={1.75}>
          {fields.map((field, index) => (
            <FormField
              key={field.name}
              field={field}
              first={index === 0}
              draft={drafts[field.name] ?? ""}
              problem={problems[field.name]}
              onDraft={(draft) => setDrafts((all) => ({ ...all, [field.name]: draft }))}
            />
          ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="contained">
          Add record
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface FormFieldProps {
  readonly field: FieldDescription;
  readonly first: boolean;
  readonly draft: string;
  readonly problem: string | undefined;
  readonly onDraft: (draft: string) => void;
}

/** Labels always stand above the line: a date input shows its own placeholder there. */
function FormField({ field, first, draft, problem, onDraft }: FormFieldProps) {
  const { Input, hint } = COLUMNS[field.type];
  return (
    <Input
      field={field}
      draft={draft}
      onDraft={onDraft}
      look={{
        label: field.label,
        required: field.required,
        error: problem !== undefined,
        helperText: problem ?? hint,
        autoFocus: first,
        slotProps: { inputLabel: { shrink: true } },
      }}
    />
  );
}
