import TextField, { type TextFieldProps } from "@mui/material/TextField";
import type { KeyboardEvent, RefObject } from "react";
import type { FieldDescription } from "../protocol.ts";
import { offsetAt, splitMoment } from "../fields/moment.ts";

/** An input of one field, in a cell or in a form. Its text is the draft that the value type reads. */
export interface InputProps {
  readonly field: FieldDescription;
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  /** to take the focus */
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  /** looks: a form's outlined field by default */
  readonly look?: TextFieldProps;
  /** a menu is open at once, and says how it was closed */
  readonly menu?: {
    readonly onChosen: () => void;
    readonly onClosed: (how: "escape" | "outside") => void;
    /** the key that opened it, told once */
    readonly takeKey: () => string | null;
  };
}

/** What a native date input gives while only some of its parts are filled in: no date, and not empty either. */
export const INCOMPLETE = "incomplete";

function base(
  { field, inputRef, look }: InputProps,
  htmlInput: Record<string, unknown> = {},
): TextFieldProps {
  return {
    ...look,
    inputRef,
    slotProps: {
      ...look?.slotProps,
      htmlInput: { "aria-label": field.label, autoComplete: "off", spellCheck: false, ...htmlInput },
    },
  };
}

export function LineInput(props: InputProps) {
  return (
    <TextField {...base(props)} value={props.draft} onChange={(event) => props.onDraft(event.target.value)} />
  );
}

/** On a phone it brings the keyboard with digits. */
export function NumberInput(props: InputProps) {
  return (
    <TextField
      {...base(props, { inputMode: "decimal" })}
      value={props.draft}
      onChange={(event) => props.onDraft(event.target.value)}
    />
  );
}

export function LinesInput(props: InputProps) {
  return (
    <TextField
      {...base(props)}
      multiline
      minRows={2}
      maxRows={12}
      value={props.draft}
      onChange={(event) => props.onDraft(event.target.value)}
    />
  );
}

type Picked = { readonly target: EventTarget };

/** A native input is empty both when it is empty and when it is half filled in; its validity tells. */
const picked = ({ target }: Picked): string => {
  const input = target as HTMLInputElement;
  return input.validity.badInput ? INCOMPLETE : input.value;
};

export function DateInput(props: InputProps) {
  const note = (event: Picked) => props.onDraft(picked(event));
  return (
    <TextField
      {...base(props, { max: "9999-12-31", onKeyUp: (event: KeyboardEvent) => isPart(event) && note(event) })}
      type="date"
      value={props.draft === INCOMPLETE ? "" : props.draft}
      onChange={note}
    />
  );
}

/** Half a date makes no change event; the keys that may write one do. */
const isPart = (event: KeyboardEvent): boolean => /^(\d|Backspace|Delete|Arrow(Up|Down))$/.test(event.key);

/** Seconds, or parts of them, stand in the input only if the value has any. */
const stepOf = (wall: string): number | undefined =>
  /\.\d*[1-9]/.test(wall) ? 0.001 : /T\d\d:\d\d:(?!00)/.test(wall) ? 1 : undefined;

/** The wall time at the value's own offset, which is kept; a new value gets this place's offset. */
export function DateTimeInput(props: InputProps) {
  const { wall, offset } = splitMoment(props.draft);
  const note = (event: Picked) => {
    const next = picked(event);
    props.onDraft(next === "" || next === INCOMPLETE ? next : `${next}${offset ?? offsetAt(next)}`);
  };
  return (
    <TextField
      {...base(props, {
        max: "9999-12-31T23:59:59",
        step: stepOf(wall),
        title: offset && `Offset from UTC: ${offset}`,
        onKeyUp: (event: KeyboardEvent) => isPart(event) && note(event),
      })}
      type="datetime-local"
      value={props.draft === INCOMPLETE ? "" : wall}
      onChange={note}
    />
  );
}
