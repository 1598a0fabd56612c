import Checkbox from "@mui/material/Checkbox";
import MenuItem from "@mui/material/MenuItem";
import type { SelectProps } from "@mui/material/Select";
import TextField from "@mui/material/TextField";
import type { FocusEvent, KeyboardEvent } from "react";
import type { FieldDescription, Json } from "../protocol.ts";
import type { InputProps } from "./inputs.tsx";
import { asList, optionLabel } from "../fields/values.ts";

const token = (value: Json): string => JSON.stringify(value);

/** A select that is open at once and says how it was closed, where the caller wants that. */
function selectProps({ menu, field }: InputProps): SelectProps {
  const closed = (event: unknown) => {
    const { key } = event as { readonly key?: string };
    if (key !== "Tab") menu?.onClosed(key === "Escape" ? "escape" : "outside"); // Tab ends the edit in the cell
  };
  // The list was not there yet to hear the key that opened it: it hears it once it has the focus.
  const onFocus = ({ currentTarget: list }: FocusEvent<HTMLUListElement>) => {
    const key = menu?.takeKey() ?? " ";
    if (key === " ") return; // the space bar would choose
    queueMicrotask(() => list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
  };
  return {
    MenuProps: { slotProps: { list: { onFocus } } },
    ...(menu && { open: true, onClose: closed }),
    SelectDisplayProps: { "aria-label": field.label },
    displayEmpty: true,
  };
}

export function SelectInput(props: InputProps) {
  const { field, draft, onDraft, menu } = props;
  const options = field.type === "boolean" ? [true, false] : (field.options ?? []);
  const label = (value: Json) =>
    typeof value === "boolean" ? (value ? "Yes" : "No") : optionLabel(value, field);
  return (
    <TextField
      {...props.look}
      inputRef={props.inputRef}
      select
      slotProps={{ ...props.look?.slotProps, select: selectProps(props) }}
      value={draft}
      onChange={(event) => {
        onDraft(event.target.value);
        menu?.onChosen();
      }}
    >
      {!field.required && (
        <MenuItem value="" dense>
          <em>None</em>
        </MenuItem>
      )}
      {options.map((value) => (
        <MenuItem key={token(value)} value={token(value)} dense>
          {label(value)}
        </MenuItem>
      ))}
    </TextField>
  );
}

export function ChoicesInput(props: InputProps) {
  const { field, draft, onDraft } = props;
  const chosen = draft === "" ? [] : asList(JSON.parse(draft) as Json).map(token);
  const select = selectProps(props);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") event.stopPropagation(); // it ticks, and the cell must not end the edit
  };
  return (
    <TextField
      {...props.look}
      inputRef={props.inputRef}
      select
      slotProps={{
        ...props.look?.slotProps,
        select: {
          ...select,
          multiple: true,
          renderValue: (values) =>
            (values as string[]).map((each) => optionLabel(JSON.parse(each) as Json, field)).join(", "),
          MenuProps: { ...select.MenuProps, onKeyDown },
        },
      }}
      value={chosen}
      onChange={(event) => {
        const values = event.target.value as unknown as readonly string[];
        onDraft(values.length === 0 ? "" : `[${inOrder(values, field).join(",")}]`);
      }}
    >
      {(field.options ?? []).map((value) => (
        <MenuItem key={token(value)} value={token(value)} dense>
          <Checkbox checked={chosen.includes(token(value))} size="small" tabIndex={-1} sx={{ p: 0, mr: 1 }} />
          {optionLabel(value, field)}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** As described, not as clicked; what is none of the options stays at the end. */
function inOrder(values: readonly string[], field: FieldDescription): readonly string[] {
  const known = (field.options ?? []).map(token).filter((option) => values.includes(option));
  return [...known, ...values.filter((value) => !known.includes(value))];
}
