import TextField, { type TextFieldProps } from "@mui/material/TextField";
import type { ClipboardEvent, RefObject } from "react";
import type { FieldDescription } from "../../protocol.ts";

/** An input of one field, in a cell or in a form. Its text is the draft that the value type reads. */
export interface InputProps {
  readonly field: FieldDescription;
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  /** to take the focus */
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  /** looks: a form's outlined field by default */
  readonly look?: TextFieldProps;
  /** in a cell its list of options is always open, and Escape in it gives the edit up */
  readonly inCell?: { readonly onEscape: () => void };
  /** One of some options was chosen: there is nothing more to write. */
  readonly onChosen?: (by: "key" | "pointer") => void;
  /** Before the browser takes what is pasted. */
  readonly onPaste?: (event: ClipboardEvent) => void;
}

type Slots = NonNullable<TextFieldProps["slotProps"]>;

/** Slots of a look, where they are plain objects, with one's own laid over them. */
const laidOver = (look: Slots[keyof Slots], own: object): object => ({
  ...(typeof look === "object" ? look : {}),
  ...own,
});

/** The properties of the text field itself: its look, its accessible name, and what the input adds. */
export function fieldProps(
  { field, inputRef, look }: InputProps,
  htmlInput: object = {},
  input: object = {},
  inputLabel: object = {},
): TextFieldProps {
  const slots = look?.slotProps;
  return {
    ...look,
    inputRef,
    slotProps: {
      ...slots,
      input: laidOver(slots?.input, input),
      inputLabel: laidOver(slots?.inputLabel, inputLabel),
      htmlInput: laidOver(slots?.htmlInput, {
        "aria-label": field.label,
        autoComplete: "off",
        spellCheck: false,
        ...htmlInput,
      }),
    },
  };
}

export function LineInput(props: InputProps) {
  return (
    <TextField
      {...fieldProps(props, { onPaste: props.onPaste })}
      value={props.draft}
      onChange={(event) => props.onDraft(event.target.value)}
    />
  );
}

/** On a phone it brings the keyboard with digits. */
export function NumberInput(props: InputProps) {
  return (
    <TextField
      {...fieldProps(props, { inputMode: "decimal", onPaste: props.onPaste })}
      value={props.draft}
      onChange={(event) => props.onDraft(event.target.value)}
    />
  );
}

export function LinesInput(props: InputProps) {
  return (
    <TextField
      {...fieldProps(props, { spellCheck: true })}
      multiline
      minRows={2}
      maxRows={12}
      value={props.draft}
      onChange={(event) => props.onDraft(event.target.value)}
    />
  );
}
