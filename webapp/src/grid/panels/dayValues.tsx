import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { FieldDescription, Json } from "../../protocol.ts";
import { countsDays, SPAN_NAMES, type SpanName } from "../../query/filter.ts";
import { texts } from "../../texts.ts";
import type { ValueProps } from "./ConditionValue.tsx";
import { Numbers } from "./Numbers.tsx";

interface DaysValueProps {
  /** one per day */
  readonly labels: readonly string[];
  readonly days: readonly Json[];
  readonly onDays: (days: readonly Json[]) => void;
}

/** Days in the browser's own inputs, beside each other where there is room. */
export function DaysValue({ labels, days, onDays }: DaysValueProps) {
  return (
    <Box sx={{ display: "grid", gap: 0.5, gridTemplateColumns: "repeat(auto-fit, minmax(120px, 1fr))" }}>
      {labels.map((label, index) => {
        const day = days[index];
        return (
          <TextField
            key={label}
            type="date"
            value={typeof day === "string" ? day : ""}
            onChange={({ target }) => onDays(days.with(index, target.value === "" ? null : target.value))}
            slotProps={{ htmlInput: { "aria-label": label, max: "9999-12-31" } }}
          />
        );
      })}
    </Box>
  );
}

/** A number of days is written as one of a field would be. */
const COUNT: FieldDescription = {
  name: "days",
  label: texts.panels.days,
  type: "integer",
  required: true,
  read_only: false,
  default: null,
};

/** For a start, where a span counts days. */
const SOME_DAYS = 7;

/** As a link may have brought it: rubbish is nothing. */
function parts(value: Json): { readonly span: SpanName | ""; readonly days: Json } {
  const { span, days = null } = (value ?? {}) as { readonly [key: string]: Json };
  return { span: SPAN_NAMES.find((name) => name === span) ?? "", days };
}

/** A time that moves with today: "this week", "the past 7 days". */
export function SpanValue({ value, onValue }: ValueProps) {
  const { span, days } = parts(value);
  const choose = (name: string) =>
    onValue(countsDays(name as SpanName) ? { span: name, days: days ?? SOME_DAYS } : { span: name }, "now");
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.5 }}>
      <TextField
        select
        sx={{ flex: "1 1 140px" }}
        value={span}
        onChange={({ target }) => choose(target.value)}
        slotProps={{ select: { SelectDisplayProps: { "aria-label": texts.panels.value } } }}
      >
        {SPAN_NAMES.map((name) => (
          <MenuItem key={name} value={name} dense>
            {texts.query.spans[name]}
          </MenuItem>
        ))}
      </TextField>
      {span !== "" && countsDays(span) && (
        <Box sx={{ flex: "0 1 64px" }}>
          <Numbers
            field={COUNT}
            labels={[texts.panels.days]}
            values={[days]}
            onValues={([days = null]) => onValue({ span, days }, "soon")}
          />
        </Box>
      )}
    </Box>
  );
}
