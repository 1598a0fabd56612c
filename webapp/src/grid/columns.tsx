import Chip from "@mui/material/Chip";
import Link from "@mui/material/Link";
import type { FieldType, Json } from "../protocol.ts";
import type { Row } from "../query/view.ts";
import type { ColumnType } from "./columnType.ts";
import type { Draft } from "./edits.ts";
import { DateInput, DateTimeInput, LineInput, LinesInput, NumberInput } from "./inputs.tsx";
import { ChoicesInput, SelectInput } from "./selects.tsx";
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
