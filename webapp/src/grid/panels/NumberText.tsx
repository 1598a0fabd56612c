import TextField from "@mui/material/TextField";
import { useState } from "react";
import { plain } from "../../fields/values.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import { readNumber } from "./conditions.ts";

interface NumberTextProps {
  readonly field: FieldDescription;
  readonly label: string;
  /** a number of the field, what somebody wrote that is none, or null */
  readonly value: Json;
  /** id of the sentence that says what is wrong */
  readonly problem: string;
  readonly onNumber: (value: Json) => void;
}

const shown = (value: Json): string => (value === null ? "" : plain(value));

/** Why what stands for a number is none; null if it is one, or nothing. */
export const numberProblem = (value: Json, field: FieldDescription): string | null =>
  readNumber(shown(value), field).problem;

/** Keeps the text that stands for the number: "1." is on its way to "1.5". */
export function NumberText({ field, label, value, problem, onNumber }: NumberTextProps) {
  const [text, setText] = useState(shown(value));
  if (readNumber(text, field).value !== value) setText(shown(value));
  const wrong = numberProblem(value, field) !== null;
  return (
    <TextField
      value={text}
      placeholder={label}
      error={wrong}
      onChange={({ target }) => {
        setText(target.value);
        onNumber(readNumber(target.value, field).value);
      }}
      slotProps={{
        htmlInput: {
          "aria-label": label,
          "aria-describedby": wrong ? problem : undefined,
          inputMode: "decimal",
          autoComplete: "off",
        },
      }}
    />
  );
}
