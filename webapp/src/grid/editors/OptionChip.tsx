import Chip from "@mui/material/Chip";
import { styled } from "@mui/material/styles";
import { Fragment } from "react";
import type { FieldDescription, Json } from "../../protocol.ts";
import { asList, optionIndex, optionLabel } from "../../fields/values.ts";
import { toneOf, toneStyle } from "./optionTones.ts";

const Mark = styled("span")(({ theme }) => ({
  display: "inline-block",
  maxWidth: "100%",
  padding: "0 8px",
  borderRadius: 10,
  fontSize: 12,
  lineHeight: "20px",
  overflow: "hidden",
  textOverflow: "ellipsis",
  whiteSpace: "nowrap",
  verticalAlign: "middle",
  ...toneStyle("light"),
  ...theme.applyStyles("dark", toneStyle("dark")),
}));

/** As `Mark`, but it can be taken out: its cross is as large as a finger needs. */
const Removable = styled(Chip)(({ theme }) => ({
  height: 24,
  margin: 1,
  "& .MuiChip-label": { paddingInline: 8 },
  "& .MuiChip-deleteIcon": { width: 24, height: 24, padding: 4, margin: "0 0 0 -6px", color: "inherit" },
  "&:focus-visible": { outline: "2px solid currentColor" },
  ...toneStyle("light"),
  ...theme.applyStyles("dark", toneStyle("dark")),
}));

const Hidden = styled("span")({
  position: "absolute",
  width: 1,
  height: 1,
  overflow: "hidden",
  clipPath: "inset(50%)",
});

interface OptionProps {
  readonly value: Json;
  readonly field: FieldDescription;
}

/** One option in its colour. */
export function OptionChip({ value, field }: OptionProps) {
  return <Mark style={toneOf(optionIndex(value, field))}>{optionLabel(value, field)}</Mark>;
}

/** Several options beside each other; who copies or hears them gets commas between them. */
export function OptionChips({ value, field }: OptionProps) {
  return asList(value).map((each, index) => (
    <Fragment key={JSON.stringify(each)}>
      {index > 0 && <Hidden>, </Hidden>}
      <Mark style={{ ...toneOf(optionIndex(each, field)), marginInlineStart: index > 0 ? 4 : 0 }}>
        {optionLabel(each, field)}
      </Mark>
    </Fragment>
  ));
}

type RemovableProps = OptionProps & {
  /** as an Autocomplete hands it to the chips in its input */
  readonly item: object;
  /** it may not be taken out */
  readonly fixed?: boolean;
};

/** One option in an input. */
export function RemovableChip({ value, field, item, fixed = false }: RemovableProps) {
  return (
    <Removable
      {...item}
      {...(fixed && { onDelete: undefined })}
      label={optionLabel(value, field)}
      style={toneOf(optionIndex(value, field))}
    />
  );
}
