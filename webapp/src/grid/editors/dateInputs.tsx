import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { styled } from "@mui/material/styles";
import { useEffect, useRef, type ClipboardEvent, type KeyboardEvent } from "react";
import { readDay, readMoment, thisMinute, today } from "../../fields/dateText.ts";
import { offsetAt, splitMoment } from "../../fields/moment.ts";
import type { FieldDescription } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { CalendarIcon } from "./editorIcons.tsx";
import { fieldProps, LineInput, type InputProps } from "./inputs.tsx";

/** What a native date input gives while only some of its parts are filled in: no date, and not empty either. */
export const INCOMPLETE = "incomplete";

type Picked = { readonly target: EventTarget };

/** A native input is empty both when it is empty and when it is half filled in; its validity tells. */
const picked = ({ target }: Picked): string => {
  const input = target as HTMLInputElement;
  return input.validity.badInput ? INCOMPLETE : input.value;
};

/** Half a date makes no change event; the keys that may write one do. */
const isPart = (event: KeyboardEvent): boolean => /^(\d|Backspace|Delete|Arrow(Up|Down))$/.test(event.key);

const opensPicker = (event: KeyboardEvent): boolean =>
  event.key === "F4" || (event.altKey && event.key === "ArrowDown");

interface NativeInputProps {
  readonly props: InputProps;
  readonly type: "date" | "datetime-local";
  /** as the native input has it */
  readonly shown: string;
  /** a native value, which may be empty or `INCOMPLETE`, as a draft */
  readonly draftOf: (native: string) => string;
  /** what is pasted, as a draft; null for no date */
  readonly read: (text: string) => string | null;
  /** the draft for Ctrl+; and, with `time`, for Ctrl+Shift+; */
  readonly now: (time: boolean) => string;
  readonly html: object;
}

/** The browser's own button is not shown: it is small, in some browsers only, and one more stop for Tab. */
const Native = styled(TextField)({ "& input::-webkit-calendar-picker-indicator": { display: "none" } });

/** The browser's own input, part by part with the keyboard, and its calendar by a button that all browsers show alike. */
function NativeInput({ props, type, shown, draftOf, read, now, html }: NativeInputProps) {
  const note = (event: Picked) => props.onDraft(draftOf(picked(event)));
  const root = useRef<HTMLDivElement>(null);
  const isGivenUp = props.draft === "";
  useEffect(() => {
    const input = root.current?.querySelector("input");
    if (isGivenUp && input?.validity.badInput) input.value = ""; // its parts still show what was written of a date
  }, [isGivenUp]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const command = event.ctrlKey || event.metaKey;
    if (opensPicker(event)) event.currentTarget.showPicker();
    else if (command && (event.key === ";" || event.key === ":")) props.onDraft(now(event.key === ":"));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPaste = (event: ClipboardEvent) => {
    const draft = read(event.clipboardData.getData("text/plain"));
    if (draft === null) return;
    event.preventDefault();
    props.onDraft(draft);
  };
  const onKeyUp = (event: KeyboardEvent) => isPart(event) && note(event);
  return (
    <Native
      ref={root}
      {...fieldProps(
        props,
        { "aria-keyshortcuts": "Alt+ArrowDown", onKeyUp, onKeyDown, onPaste, ...html },
        { endAdornment: <PickerButton field={props.field} disabled={props.look?.disabled} /> },
      )}
      type={type}
      value={shown}
      onChange={note}
    />
  );
}

interface PickerButtonProps {
  readonly field: FieldDescription;
  readonly disabled: boolean | undefined;
}

/** By keyboard it is Alt+ArrowDown in the input. */
function PickerButton({ field, disabled }: PickerButtonProps) {
  return (
    <InputAdornment position="end">
      <IconButton
        tabIndex={-1}
        edge="end"
        aria-label={texts.editors.pickDate(field.label)}
        disabled={disabled}
        onClick={({ currentTarget }) => {
          const input = currentTarget.closest(".MuiInputBase-root")?.querySelector("input");
          input?.focus();
          input?.showPicker();
        }}
        sx={{ p: "3px" }}
      >
        <CalendarIcon fontSize="small" />
      </IconButton>
    </InputAdornment>
  );
}

/** What a native input cannot show, it would show as nothing. */
const shows = (draft: string, form: RegExp): boolean =>
  draft === "" || draft === INCOMPLETE || form.test(draft);

export function DateInput(props: InputProps) {
  if (!shows(props.draft, /^\d{4,6}-\d\d-\d\d$/)) return <LineInput {...props} />;
  return (
    <NativeInput
      props={props}
      type="date"
      shown={props.draft === INCOMPLETE ? "" : props.draft}
      draftOf={(native) => native}
      read={(text) => readDay(text)}
      now={() => today()}
      html={{ max: "9999-12-31" }}
    />
  );
}

/** Seconds, or parts of them, stand in the input only if the value has any. */
const stepOf = (wall: string): number | undefined =>
  /\.\d*[1-9]/.test(wall) ? 0.001 : /T\d\d:\d\d:(?!00)/.test(wall) ? 1 : undefined;

/** A native input has thousandths of a second at most. */
const shownWall = (wall: string): string => wall.replace(/(\.\d{3})\d+$/, "$1");

/** Today, at the time of day that stands there already. */
function dayNow(wall: string): string {
  if (!wall.includes("T")) return thisMinute();
  const then = `${today()}T${wall.split("T")[1]}`;
  return `${then}${offsetAt(then)}`;
}

const MOMENT = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** The wall time at the value's own offset, which is kept; a new value gets this place's offset. */
export function DateTimeInput(props: InputProps) {
  if (!shows(props.draft, MOMENT)) return <LineInput {...props} />;
  const { wall, offset } = splitMoment(props.draft);
  return (
    <NativeInput
      props={props}
      type="datetime-local"
      shown={props.draft === INCOMPLETE ? "" : shownWall(wall)}
      draftOf={(native) =>
        native === "" || native === INCOMPLETE ? native : `${native}${offset ?? offsetAt(native)}`
      }
      read={(text) => readMoment(text)}
      now={(time) => (time ? thisMinute() : dayNow(wall))}
      html={{
        max: "9999-12-31T23:59:59",
        step: stepOf(wall),
        title: offset === null ? undefined : texts.editors.offset(offset),
      }}
    />
  );
}
