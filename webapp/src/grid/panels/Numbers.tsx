import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import { useId } from "react";
import type { FieldDescription, Json } from "../../protocol.ts";
import { numberProblem, NumberText } from "./NumberText.tsx";

interface NumbersProps {
  readonly field: FieldDescription;
  /** one per number */
  readonly labels: readonly string[];
  readonly values: readonly Json[];
  readonly onValues: (values: readonly Json[]) => void;
}

/** One number or two, beside each other, and below them what is wrong. */
export function Numbers({ field, labels, values, onValues }: NumbersProps) {
  const id = useId();
  const problem = values.map((value) => numberProblem(value, field)).find((each) => each !== null);
  return (
    <>
      <Box sx={{ display: "grid", gap: 0.5, gridAutoFlow: "column", gridAutoColumns: "minmax(0, 1fr)" }}>
        {labels.map((label, index) => (
          <NumberText
            key={label}
            field={field}
            label={label}
            value={values[index] ?? null}
            problem={id}
            onNumber={(number) => onValues(values.with(index, number))}
          />
        ))}
      </Box>
      {problem !== undefined && (
        <FormHelperText error id={id}>
          {problem}
        </FormHelperText>
      )}
    </>
  );
}
