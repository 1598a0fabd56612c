import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import type { SelectProps } from "@mui/material/Select";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import type { FieldDescription } from "../../protocol.ts";
import { operatorOf, operatorsOf } from "../../query/filter.ts";
import type { Condition } from "../../query/query.ts";
import { texts } from "../../texts.ts";
import { onField, told, withOperator } from "./conditions.ts";
import { ConditionValue } from "./ConditionValue.tsx";
import { FieldSelect } from "./FieldChoice.tsx";
import { CloseIcon } from "../icons.tsx";
import { iconButtonStyle } from "./panelStyle.ts";

interface ConditionRowProps {
  readonly fields: readonly FieldDescription[];
  readonly condition: Condition;
  /** "2.1": the first in the second group */
  readonly place: string;
  readonly onCondition: (condition: Condition, when: "now" | "soon") => void;
  readonly onRemove: () => void;
}

/** One condition: field, operator, value. */
export function ConditionRow({ fields, condition, place, onCondition, onRemove }: ConditionRowProps) {
  const field = fields.find(({ name }) => name === condition.field);
  return (
    <Box role="group" aria-label={texts.panels.condition(place)} data-place={place} sx={row}>
      <Box sx={{ gridArea: "field" }}>
        <FieldSelect
          fields={fields}
          value={condition.field}
          onField={(chosen) => onCondition(onField(condition, chosen), "now")}
        />
      </Box>
      {field === undefined ? (
        <Unknown condition={condition} />
      ) : (
        <Question condition={condition} field={field} onCondition={onCondition} />
      )}
      <IconButton
        data-part="remove"
        aria-label={texts.panels.removeCondition(place)}
        onClick={onRemove}
        sx={{ ...iconButtonStyle, gridArea: "remove", mt: "2px" }}
      >
        <CloseIcon fontSize="inherit" />
      </IconButton>
    </Box>
  );
}

/** On two lines where there is little room. What needs no value leaves its room to the operator. */
const row = {
  display: "grid",
  columnGap: 0.75,
  rowGap: 0.5,
  alignItems: "start",
  gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr) 28px",
  gridTemplateAreas: '"field operator remove" "value value ."',
  "@container (min-width: 500px)": {
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 0.9fr) minmax(0, 1.25fr) 28px",
    gridTemplateAreas: '"field operator value remove"',
  },
};

interface QuestionProps {
  readonly condition: Condition;
  readonly field: FieldDescription;
  readonly onCondition: ConditionRowProps["onCondition"];
}

/** What is asked of a field that there is; a link may ask it something that it cannot be asked. */
function Question({ condition, field, onCondition }: QuestionProps) {
  const operator = operatorOf(condition.op, field);
  return (
    <>
      <OperatorSelect
        condition={condition}
        field={field}
        onOperator={(op) => onCondition(withOperator(condition, field, op), "now")}
      />
      {operator && (
        <ConditionValue
          input={operator.input}
          field={field}
          value={condition.value}
          onValue={(value, when) => onCondition({ ...condition, value }, when)}
        />
      )}
      {operator === undefined && <Problem text={texts.query.unknownOperator(field.label)} />}
    </>
  );
}

/** What a link asks of a field that there is not. */
function Unknown({ condition }: { readonly condition: Condition }) {
  return (
    <>
      <Typography
        noWrap
        variant="body2"
        color="textSecondary"
        sx={{ gridArea: "operator", px: 0.5, lineHeight: "32px" }}
      >
        {told(condition)}
      </Typography>
      <Problem text={texts.query.unknownField(condition.field)} />
    </>
  );
}

const Problem = ({ text }: { readonly text: string }) => (
  <FormHelperText error sx={{ gridArea: "value" }}>
    {text}
  </FormHelperText>
);

interface OperatorSelectProps {
  readonly condition: Condition;
  readonly field: FieldDescription;
  readonly onOperator: (op: string) => void;
}

// The panel finds it by its part; the type of these props does not know data attributes.
const DISPLAY = {
  "aria-label": texts.panels.operator,
  "data-part": "operator",
} as SelectProps["SelectDisplayProps"];

function OperatorSelect({ condition, field, onOperator }: OperatorSelectProps) {
  const operator = operatorOf(condition.op, field);
  return (
    <TextField
      select
      error={operator === undefined}
      value={condition.op}
      onChange={(event) => onOperator(event.target.value)}
      slotProps={{ select: { SelectDisplayProps: DISPLAY } }}
      sx={operator?.input === "none" ? toTheEnd : { gridArea: "operator" }}
    >
      {operator === undefined && (
        <MenuItem value={condition.op} dense disabled>
          {texts.panels.unknownOperator(condition.op)}
        </MenuItem>
      )}
      {operatorsOf(field).map(({ op, label }) => (
        <MenuItem key={op} value={op} dense>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}

const toTheEnd = { gridRow: 1, gridColumn: "2 / -2" };
