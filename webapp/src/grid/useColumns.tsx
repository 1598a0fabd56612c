import type { GridColDef, GridColumnResizeParams, GridColumnVisibilityModel } from "@mui/x-data-grid";
import { useCallback, useMemo, useState } from "react";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import type { PaneState } from "../query/paneState.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordView } from "../sync/types.ts";
import { CellEditor } from "./editors/CellEditor.tsx";
import { COLUMNS, type EditedRow } from "./editors/columns.tsx";
import type { ColumnType } from "./editors/columnType.ts";
import { Draft } from "./editors/edits.ts";
import { PaneHeader } from "./headers.tsx";
import { OPEN, openColumn } from "./OpenCell.tsx";
import type { OnState } from "./pane.ts";
import { shownFields } from "./panels/viewEdits.ts";
import { RecordCell } from "./RecordCell.tsx";

const SAMPLE = 200;
/** Fewer values than that say little about those to come. */
const FEW = 5;

type Column = GridColDef<EditedRow>;

/** Wide enough for nine in ten of some records' texts and for the label, within reason; in pixels. */
function widthOf(field: FieldDescription, type: ColumnType, sample: readonly RecordView[]): number {
  const lengths = sample
    .map((record) => record.fields[field.name] ?? null)
    .filter((value) => value !== null)
    .map((value) => VALUE_TYPES[field.type].show(value, field).length)
    .toSorted((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length * 0.9)];
  const measured = usual === undefined ? 0 : Math.min(usual * 7.5 + 28, 320);
  const text = lengths.length < FEW ? Math.max(measured, type.width) : measured;
  return Math.round(Math.max(text, type.least ?? 72, field.label.length * 7.5 + 70));
}

/** Some records from all over the collection. */
function sampleOf(replica: Replica): readonly RecordView[] {
  const ids = replica.ids();
  const step = Math.max(1, Math.ceil(ids.length / SAMPLE));
  const some = Array.from({ length: Math.ceil(ids.length / step) }, (_, index) => ids[index * step] ?? "");
  return some.flatMap((id) => replica.get(id) ?? []);
}

function columnOf(field: FieldDescription, replica: Replica, sample: readonly RecordView[]): Column {
  const type = COLUMNS[field.type];
  return {
    field: field.name,
    headerName: field.label,
    width: widthOf(field, type, sample),
    align: type.align,
    headerAlign: type.align,
    editable: !field.read_only,
    hideSortIcons: true, // they know of one field only
    renderHeader: () => <PaneHeader field={field} />,
    valueGetter: (_value, row) => replica.get(row.id)?.fields[field.name] ?? null,
    valueFormatter: (value: unknown) =>
      value === null || value === undefined || value instanceof Draft
        ? ""
        : VALUE_TYPES[field.type].show(value as Json, field),
    valueSetter: (value: unknown, row) => (value instanceof Draft ? { ...row, draft: value } : row),
    renderCell: ({ row }) => <RecordCell id={row.id} field={field} type={type} />,
    renderEditCell: (params) => <CellEditor params={params} field={field} type={type} />,
  };
}

/** The grid's columns for a definition, as wide as the records at hand ask for. All are of the grid's type "string": its own date types want a `Date`. */
function columnsOf(fields: readonly FieldDescription[], replica: Replica): readonly Column[] {
  const sample = sampleOf(replica);
  return fields.map((field) => columnOf(field, replica, sample));
}

/** Measured anew when the records have come in, which the columns themselves do not depend on. */
function useMeasuredColumns(replica: Replica, fields: readonly FieldDescription[], complete: boolean) {
  const [measured, setMeasured] = useState(() => ({ complete, fields, columns: columnsOf(fields, replica) }));
  if (measured.fields === fields && (measured.complete || !complete)) return measured.columns;
  const columns = columnsOf(fields, replica);
  setMeasured({ complete, fields, columns });
  return columns;
}

/** Those that are really not shown: one always is. */
function hiddenFields(fields: readonly FieldDescription[], hidden: readonly string[]): readonly string[] {
  const shown = shownFields(fields, hidden);
  return fields.filter((field) => !shown.includes(field)).map(({ name }) => name);
}

/** The columns as the pane's state has them: how wide, and which are not shown. */
export function useColumns(
  replica: Replica,
  fields: readonly FieldDescription[],
  complete: boolean,
  { widths, hidden }: PaneState,
  onState: OnState,
) {
  const measured = useMeasuredColumns(replica, fields, complete);
  const columns = useMemo(
    () => [
      openColumn,
      ...measured.map((column) => ({ ...column, width: widths[column.field] ?? column.width })),
    ],
    [measured, widths],
  );
  const columnVisibilityModel = useMemo<GridColumnVisibilityModel>(
    () => Object.fromEntries(hiddenFields(fields, hidden).map((name) => [name, false])),
    [fields, hidden],
  );
  const onColumnWidthChange = useCallback(
    ({ colDef, width }: GridColumnResizeParams) => {
      if (colDef.field !== OPEN)
        onState({ widths: { ...widths, [colDef.field]: Math.round(width) } }, "replace");
    },
    [widths, onState],
  );
  return { columns, columnVisibilityModel, onColumnWidthChange };
}
