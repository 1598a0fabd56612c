import Alert from "@mui/material/Alert";
import Stack from "@mui/material/Stack";
import { useEffect, useRef, useState } from "react";
import {
  joined,
  NO_PROBLEMS,
  partOf,
  prefixed,
  problemsAt,
  readPart,
  sameParts,
  withoutProblems,
  type Part,
  type Problems,
} from "../../fields/parts.ts";
import type { FieldDescription, Fields, Grid, Json } from "../../protocol.ts";
import { InvalidValue } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { useDiscard } from "../editors/DiscardDialog.tsx";
import { FormDialog } from "../editors/FormDialog.tsx";
import { PartInput } from "../editors/PartInput.tsx";

interface RecordFormProps {
  readonly grid: Grid;
  /** what stands in it at first; the fields' defaults if it is not given */
  readonly initial?: Fields;
  /** what the server said of `initial`, by path */
  readonly problems?: Problems;
  readonly title: string;
  /** of the button that submits */
  readonly submit?: string;
  readonly onClose: () => void;
  /** Every field that may be written, an emptied one as null. May throw `InvalidValue`, which the form shows. */
  readonly onSubmit: (fields: Fields) => void;
}

/** Puts the focus on the first input that something is wrong with, each time that something new is. */
function ToFirst({ problems }: { readonly problems: Problems }) {
  const here = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (Object.keys(problems).length === 0) return;
    here.current?.closest("form")?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problems]);
  return <span ref={here} hidden />;
}

type Parts = Readonly<Record<string, Part>>;

function startOf(fields: readonly FieldDescription[], initial: Fields | undefined): Parts {
  const value = (field: FieldDescription): Json =>
    initial === undefined ? field.default : (initial[field.name] ?? null);
  return Object.fromEntries(fields.map((field) => [field.name, partOf(value(field), field)]));
}

/** The form's values, or what is wrong with which. */
function readAll(fields: readonly FieldDescription[], parts: Parts): { values: Fields; problems: Problems } {
  const values: Record<string, Json> = {};
  let problems = NO_PROBLEMS;
  for (const field of fields) {
    const read = readPart(parts[field.name] ?? "", field);
    values[field.name] = read.value;
    problems = { ...problems, ...prefixed(read.problems, field.name) };
  }
  return { values, problems };
}

const sentences = (error: InvalidValue): Problems =>
  Object.fromEntries(Object.entries(error.fields).map(([path, why]) => [path, why.join(" ")]));

/** A form with every field that may be written; it closes once all of them hold. */
export function RecordForm({ grid, initial, title, submit, onClose, onSubmit, ...given }: RecordFormProps) {
  const fields = grid.fields.filter((field) => !field.read_only);
  const [start] = useState(() => startOf(fields, initial));
  const [parts, setParts] = useState(start);
  const [problems, setProblems] = useState(given.problems ?? NO_PROBLEMS);
  /** as the last check found them: each time, the focus goes to the first */
  const [found, setFound] = useState(problems);
  const changed = () => fields.some(({ name }) => !sameParts(parts[name] ?? "", start[name] ?? ""));
  const { leave, question } = useDiscard(changed);

  const tell = (now: Problems) => {
    setProblems(now);
    setFound(now);
  };
  const send = () => {
    const read = readAll(fields, parts);
    tell(read.problems);
    if (Object.keys(read.problems).length > 0) return;
    try {
      onSubmit(read.values);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      return tell(sentences(error));
    }
    onClose();
  };
  // The rules of the record as a whole, and what is said of fields that do not stand here.
  const whole = Object.entries(problems).filter(
    ([path]) => !fields.some(({ name }) => name === path.split(".")[0]),
  );
  return (
    <FormDialog
      title={title}
      submit={submit ?? texts.record.add}
      onSubmit={send}
      onClose={() => leave(onClose)}
      question={question}
    >
      <ToFirst problems={found} />
      {whole.length > 0 && (
        <Alert severity="error" sx={{ mb: 1.75 }}>
          {whole.map(([, why]) => why).join(" ")}
        </Alert>
      )}
      <Stack spacing={1.75}>
        {fields.map((field, index) => (
          <PartInput
            key={field.name}
            field={field}
            part={parts[field.name] ?? ""}
            problems={problemsAt(problems, field.name)}
            autoFocus={index === 0}
            onPart={(part, path) => {
              setParts((all) => ({ ...all, [field.name]: part }));
              setProblems((all) => withoutProblems(all, joined(field.name, path)));
            }}
          />
        ))}
      </Stack>
    </FormDialog>
  );
}
