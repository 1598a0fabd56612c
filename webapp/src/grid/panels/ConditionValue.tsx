import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import type { ComponentType } from "react";
import { asList } from "../../fields/values.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { Input } from "../../query/filter.ts";
import { texts } from "../../texts.ts";
import { ChoicesValue } from "./ChoicesValue.tsx";
import { DaysValue, SpanValue } from "./dayValues.tsx";
import { Numbers } from "./Numbers.tsx";

/** What is put in for one condition; what is typed is applied soon, what is chosen now. */
export interface ValueProps {
  readonly field: FieldDescription;
  readonly value: Json;
  readonly onValue: (value: Json, when: "now" | "soon") => void;
}

function TextValue({ value, onValue }: ValueProps) {
  return (
    <TextField
      value={typeof value === "string" ? value : ""}
      placeholder={texts.panels.value}
      onChange={({ target }) => onValue(target.value === "" ? null : target.value, "soon")}
      slotProps={{
        htmlInput: { "aria-label": texts.panels.value, autoComplete: "off", spellCheck: false },
      }}
    />
  );
}

function NumberValue({ field, value, onValue }: ValueProps) {
  return (
    <Numbers
      field={field}
      labels={[texts.panels.value]}
      values={[value]}
      onValues={([number = null]) => onValue(number, "soon")}
    />
  );
}

/** From and to. */
function NumbersValue({ field, value, onValue }: ValueProps) {
  const [from = null, to = null] = asList(value);
  return (
    <Numbers
      field={field}
      labels={[texts.panels.from, texts.panels.to]}
      values={[from, to]}
      onValues={(values) => onValue(values, "soon")}
    />
  );
}

function DayValue({ value, onValue }: ValueProps) {
  return (
    <DaysValue labels={[texts.panels.value]} days={[value]} onDays={([day = null]) => onValue(day, "soon")} />
  );
}

function DayRangeValue({ value, onValue }: ValueProps) {
  const [from = null, to = null] = asList(value);
  return (
    <DaysValue
      labels={[texts.panels.from, texts.panels.to]}
      days={[from, to]}
      onDays={(days) => onValue(days, "soon")}
    />
  );
}

/** By what an operator asks for; the compiler misses one that is forgotten. */
const INPUTS: Record<Exclude<Input, "none">, ComponentType<ValueProps>> = {
  text: TextValue,
  number: NumberValue,
  numbers: NumbersValue,
  day: DayValue,
  days: DayRangeValue,
  span: SpanValue,
  choices: ChoicesValue,
};

/** What a condition is put in with; nothing where its operator says all. */
export function ConditionValue({ input, ...props }: ValueProps & { readonly input: Input }) {
  if (input === "none") return null;
  const ValueInput = INPUTS[input];
  return (
    <Box data-part="value" sx={{ gridArea: "value", minWidth: 0 }}>
      <ValueInput {...props} />
    </Box>
  );
}
