import Popover from "@mui/material/Popover";
import Typography from "@mui/material/Typography";
import { VALUE_TYPES } from "../../fields/types.ts";
import { useRecord } from "../../hooks/useReplica.ts";
import type { FieldDescription } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { usePane } from "../pane.ts";
import { RefusedContent } from "./RefusedContent.tsx";

/** A cell whose value was not taken, and where to tell of it. */
export interface Refusal {
  readonly anchor: HTMLElement;
  readonly id: string;
  readonly field: string;
}

interface RefusedPopoverProps {
  readonly refusal: Refusal;
  readonly fields: readonly FieldDescription[];
  readonly onClose: () => void;
  /** Opens the cell's editor with the text of the value that was not taken. */
  readonly onEdit: (id: string, field: FieldDescription, text: string) => void;
}

/** Beside the cell; when it closes, the focus goes back to where it was. */
export function RefusedPopover({ refusal, ...rest }: RefusedPopoverProps) {
  const field = rest.fields.find(({ name }) => name === refusal.field);
  if (field === undefined) return null;
  return <OpenPopover refusal={refusal} field={field} {...rest} />;
}

interface OpenProps extends RefusedPopoverProps {
  readonly field: FieldDescription;
}

function OpenPopover({ refusal: { anchor, id }, field, fields, onClose, onEdit }: OpenProps) {
  const { replica } = usePane();
  const record = useRecord(replica, id);
  const refused = record?.refused[field.name];
  if (record === undefined || refused === undefined) return null;
  const { value } = refused;
  const editAgain = () =>
    onEdit(id, field, value === null ? "" : VALUE_TYPES[field.type].draft(value, field));
  const title = texts.record.notSavedField(field.label);
  return (
    <Popover
      open
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: "bottom", horizontal: "left" }}
      slotProps={{ paper: { role: "dialog", "aria-label": title, sx: { p: 1.5, width: 340 } } }}
    >
      <Typography variant="subtitle2">{title}</Typography>
      <RefusedContent
        replica={replica}
        field={field}
        fields={fields}
        refused={refused}
        onDone={onClose}
        {...(!record.deleted && { onEditAgain: editAgain })}
      />
    </Popover>
  );
}
