import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useId, type ComponentType, type ReactNode, type RefObject } from "react";
import { joined, problemsAt, type ObjectPart, type Part, type Problems } from "../../fields/parts.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { FieldDescription } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { COLUMNS } from "./columns.tsx";
import { LinesInput, type InputProps } from "./inputs.tsx";
import { ListInput } from "./ListInput.tsx";

export interface PartProps {
  readonly field: FieldDescription;
  readonly part: Part;
  /** by path inside the part */
  readonly problems: Problems;
  /** `path`: what of it was changed; "" is the part itself */
  readonly onPart: (part: Part, path: string) => void;
  /** said beside it while nothing is wrong */
  readonly note?: string;
  readonly autoFocus?: boolean;
  readonly disabled?: boolean;
  /** its label stands somewhere else already */
  readonly bare?: boolean;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  readonly onChosen?: InputProps["onChosen"];
  readonly onPaste?: InputProps["onPaste"];
}

/** The inputs of one field, made from its description, however deep that is. */
export function PartInput(props: PartProps) {
  const { part } = props;
  if (typeof part === "string")
    return <OneInput {...props} text={part} Input={COLUMNS[props.field.type].Input} />;
  if (part.kind === "json") return <JsonInput {...props} text={part.text} />;
  if (part.kind === "kept") return <Kept {...props} />;
  return (
    <Group {...props}>
      {part.kind === "object" ? (
        <ObjectInputs {...props} part={part} />
      ) : (
        <ListInput {...props} part={part} Inner={PartInput} />
      )}
    </Group>
  );
}

interface OneInputProps extends PartProps {
  readonly text: string;
  readonly Input: ComponentType<InputProps>;
}

/** Labels always stand above the line: a date input shows its own placeholder there. */
function OneInput({ field, text, Input, problems, onPart, note, bare, ...rest }: OneInputProps) {
  const problem = problems[""];
  return (
    <Input
      field={field}
      draft={text}
      onDraft={(draft) => onPart(draft, "")}
      inputRef={rest.inputRef}
      onChosen={rest.onChosen}
      onPaste={rest.onPaste}
      look={{
        ...(!bare && { label: field.label, required: field.required }),
        error: problem !== undefined,
        helperText: problem ?? note,
        autoFocus: rest.autoFocus,
        disabled: rest.disabled,
        slotProps: { inputLabel: { shrink: true } },
      }}
    />
  );
}

function JsonInput(props: PartProps & { readonly text: string }) {
  const { onPart, note } = props;
  return (
    <OneInput
      {...props}
      bare={false}
      Input={LinesInput}
      note={note ?? texts.editors.asJson}
      onPart={(text, path) => onPart({ kind: "json", text: String(text) }, path)}
    />
  );
}

function Kept({ field, part }: PartProps) {
  const value = typeof part === "object" && part.kind === "kept" ? part.value : null;
  return (
    <Typography variant="body2" color="textSecondary">
      {field.label}: {value === null ? texts.editors.empty : VALUE_TYPES[field.type].show(value, field)}
    </Typography>
  );
}

/** What belongs to one field stands in one frame, under its label. */
function Group({ field, problems, note, bare, children }: PartProps & { readonly children: ReactNode }) {
  const id = useId();
  const said = problems[""] ?? (note?.trim() || undefined);
  return (
    <Box
      component="fieldset"
      aria-label={bare ? field.label : undefined}
      aria-describedby={said === undefined ? undefined : id}
      sx={bare ? PLAIN : FRAME}
    >
      {!bare && (
        <legend>
          {field.label}
          {field.required && " *"}
        </legend>
      )}
      {children}
      {said !== undefined && (
        <FormHelperText id={id} error={problems[""] !== undefined}>
          {said}
        </FormHelperText>
      )}
    </Box>
  );
}

const PLAIN = { border: 0, p: 0, m: 0, minWidth: 0 };
const FRAME = {
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  m: 0,
  px: 1.25,
  pt: 0.75,
  pb: 1.25,
  minWidth: 0,
  "& > legend": { fontSize: 12, color: "text.secondary", px: 0.5 },
};

interface ObjectProps extends PartProps {
  readonly part: ObjectPart;
}

function ObjectInputs({ field, part, problems, onPart, autoFocus, disabled }: ObjectProps) {
  const first = (field.fields ?? []).find((inner) => !inner.read_only)?.name;
  return (
    <Stack spacing={1.75} sx={{ pt: 0.75 }}>
      {(field.fields ?? []).map((inner) => (
        <PartInput
          key={inner.name}
          field={inner}
          part={part.parts[inner.name] ?? ""}
          problems={problemsAt(problems, inner.name)}
          autoFocus={autoFocus === true && inner.name === first}
          disabled={disabled}
          onPart={(next, path) =>
            onPart({ ...part, parts: { ...part.parts, [inner.name]: next } }, joined(inner.name, path))
          }
        />
      ))}
    </Stack>
  );
}
