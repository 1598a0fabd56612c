import Checkbox from "@mui/material/Checkbox";
import MenuItem from "@mui/material/MenuItem";
import type { SelectProps } from "@mui/material/Select";
import TextField from "@mui/material/TextField";
import type { KeyboardEvent } from "react";
import type { FieldDescription, Json } from "../protocol.ts";
import type { InputProps } from "./inputs.tsx";
import { asList, optionLabel } from "./values.ts";

const token = (value: Json): string => JSON.stringify(value);

/** A select that is open at once and says how it was closed, where the caller wants that. */
function selectProps({ menu, field }: InputProps): SelectProps {
  const closed = (event: unknown) => {
    const { key } = event as { readonly key?: string };
    menu?.onClosed(key === "Escape" ? "escape" : "outside");
  };
  return {
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
  const { field, draft, onDraft, menu } = props;
  const chosen = draft === "" ? [] : asList(JSON.parse(draft) as Json).map(token);
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || menu === undefined) return; // the space bar ticks, Enter is done
    event.stopPropagation();
    menu.onClosed("enter");
  };
  return (
    <TextField
      {...props.look}
      inputRef={props.inputRef}
      select
      slotProps={{
        ...props.look?.slotProps,
        select: {
          ...selectProps(props),
          multiple: true,
          renderValue: (values) =>
            (values as string[]).map((each) => optionLabel(JSON.parse(each) as Json, field)).join(", "),
          MenuProps: { onKeyDownCapture },
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
