import Chip from "@mui/material/Chip";
import Link from "@mui/material/Link";
import type { GridColDef } from "@mui/x-data-grid";
import type { FieldDescription, FieldType, Json } from "../protocol.ts";
import type { Row } from "../query/view.ts";
import type { Sorting } from "../query/sorting.ts";
import type { Replica } from "../sync/replica.ts";
import type { ColumnType } from "./columnType.ts";
import type { RecordView } from "../sync/types.ts";
import { CellEditor } from "./CellEditor.tsx";
import { Draft } from "./edits.ts";
import { DateInput, DateTimeInput, LineInput, LinesInput, NumberInput } from "./inputs.tsx";
import { ChoicesInput, SelectInput } from "./selects.tsx";
import { RecordCell } from "./RecordCell.tsx";
import { VALUE_TYPES } from "../fields/types.ts";
import { asList } from "../fields/values.ts";

function ShowLink({ text, to }: { readonly text: string; readonly to: string }) {
  return (
    <Link href={to} target="_blank" rel="noreferrer" tabIndex={-1} color="inherit" underline="hover">
      {text}
    </Link>
  );
}

const ShowEmail = ({ text }: { readonly text: string }) => <ShowLink text={text} to={`mailto:${text}`} />;

/** Only what is surely a web address becomes a link: a `javascript:` one must not. */
const ShowUrl = ({ text }: { readonly text: string }) =>
  /^https?:\/\//i.test(text) ? <ShowLink text={text} to={text} /> : text;

const ShowChoice = ({ text }: { readonly text: string }) => <Chip label={text} size="small" />;

const ShowCount = ({ value, text }: { readonly value: Json; readonly text: string }) =>
  asList(value).length === 0 ? <em>empty</em> : text;

/** One row per field type; the compiler misses one that is forgotten. */
export const COLUMNS: Record<FieldType, ColumnType> = {
  text: { Input: LineInput, width: 170 },
  long_text: { Input: LinesInput, width: 240, tall: true },
  integer: { Input: NumberInput, width: 110, align: "right" },
  number: { Input: NumberInput, width: 120, align: "right" },
  decimal: { Input: NumberInput, width: 120, align: "right" },
  boolean: { Input: SelectInput, width: 90, keeps: true },
  date: { Input: DateInput, width: 130, least: 140, keeps: true },
  datetime: { Input: DateTimeInput, width: 210, least: 220, keeps: true },
  choice: { Input: SelectInput, Show: ShowChoice, width: 130, least: 110, keeps: true },
  choices: { Input: ChoicesInput, width: 180, least: 130, keeps: true },
  email: { Input: LineInput, Show: ShowEmail, width: 190 },
  url: { Input: LineInput, Show: ShowUrl, width: 200 },
  list: {
    Input: LinesInput,
    Show: ShowCount,
    width: 180,
    tall: true,
    keeps: true,
    hint: "One per line, or JSON",
  },
  object: { Input: LinesInput, width: 220, tall: true, keeps: true, hint: "JSON" },
};

/** A row as the grid hands it to `processRowUpdate`: its id, and the draft of the editor that was open. */
export interface EditedRow extends Row {
  readonly draft?: Draft;
}

const SAMPLE = 200;
/** Fewer values than that say little about those to come. */
const FEW = 5;

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
  return Math.round(Math.max(text, type.least ?? 72, field.label.length * 7.5 + 48));
}

/** Some records from all over the collection. */
function sampleOf(replica: Replica): readonly RecordView[] {
  const ids = replica.ids();
  const step = Math.max(1, Math.ceil(ids.length / SAMPLE));
  const some = Array.from({ length: Math.ceil(ids.length / step) }, (_, index) => ids[index * step] ?? "");
  return some.flatMap((id) => replica.get(id) ?? []);
}

function columnOf(
  field: FieldDescription,
  replica: Replica,
  sample: readonly RecordView[],
): GridColDef<EditedRow> {
  const type = COLUMNS[field.type];
  return {
    field: field.name,
    headerName: field.label,
    width: widthOf(field, type, sample),
    align: type.align,
    headerAlign: type.align,
    editable: !field.read_only,
    sortingOrder: ["asc", "desc", null],
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
export function columnsOf(fields: readonly FieldDescription[], replica: Replica): GridColDef<EditedRow>[] {
  const sample = sampleOf(replica);
  return fields.map((field) => columnOf(field, replica, sample));
}

/** How records stand by one field. */
export function sortingOf(field: FieldDescription, descending: boolean): Sorting {
  const type = VALUE_TYPES[field.type];
  return [
    {
      key: ({ fields }) => {
        const value = fields[field.name] ?? null;
        return value === null ? null : type.key(value, field);
      },
      compare: type.compare,
      descending,
    },
  ];
}
