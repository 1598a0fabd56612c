import IconButton from "@mui/material/IconButton";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription } from "../protocol.ts";
import { useRecord } from "../hooks/useGrid.ts";
import type { ColumnType } from "./columnType.ts";
import { AlertIcon } from "./icons.tsx";
import { usePane } from "./pane.ts";

interface RecordCellProps {
  readonly id: string;
  readonly field: FieldDescription;
  readonly type: ColumnType;
}

/** One cell: it listens to its record, so that a changed value renders its cells and nothing else. */
export function RecordCell({ id, field, type }: RecordCellProps) {
  const { replica, explain } = usePane();
  const record = useRecord(replica, id);
  const value = record?.fields[field.name] ?? null;
  const refused = record?.refused[field.name];
  const text = value === null ? "" : VALUE_TYPES[field.type].show(value, field);
  const state = record?.deleted ? "deleted" : record?.pending.has(field.name) ? "pending" : undefined;
  return (
    <span className="tandem-cell" data-state={state}>
      <span className="tandem-value" title={text}>
        {type.Show && value !== null ? <type.Show value={value} text={text} /> : text}
      </span>
      {refused && (
        <IconButton
          className="tandem-refused"
          color="error"
          tabIndex={-1}
          aria-label={`Not saved: ${refused.error.message}`}
          onClick={(event) => {
            event.stopPropagation();
            explain(event.currentTarget, id, field.name);
          }}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          <AlertIcon fontSize="inherit" />
        </IconButton>
      )}
    </span>
  );
}
