import Link from "@mui/material/Link";
import { asList } from "../fields/values.ts";
import type { FieldType } from "../protocol.ts";
import type { Row } from "../query/view.ts";
import { texts } from "../texts.ts";
import { ChoiceInput, ChoicesInput } from "./choices.tsx";
import type { ColumnType, ShowProps } from "./columnType.ts";
import type { Draft } from "./edits.ts";
import { DateInput, DateTimeInput } from "./dateInputs.tsx";
import { LineInput, LinesInput, NumberInput } from "./inputs.tsx";
import { OptionChip, OptionChips } from "./OptionChip.tsx";

function ShowLink({ text, to }: { readonly text: string; readonly to: string }) {
  return (
    <Link href={to} target="_blank" rel="noreferrer" tabIndex={-1} color="inherit" underline="hover">
      {text}
    </Link>
  );
}

const ShowEmail = ({ text }: ShowProps) => <ShowLink text={text} to={`mailto:${text}`} />;

/** Only what is surely a web address becomes a link: a `javascript:` one must not. */
const ShowUrl = ({ text }: ShowProps) =>
  /^https?:\/\//i.test(text) ? <ShowLink text={text} to={text} /> : text;

const ShowList = ({ value, text }: ShowProps) =>
  asList(value).length === 0 ? <em>{texts.editors.emptyList}</em> : text;

/** One row per field type; the compiler misses one that is forgotten. */
export const COLUMNS: Record<FieldType, ColumnType> = {
  text: { Input: LineInput, width: 170, editor: "cell" },
  long_text: { Input: LinesInput, width: 240, editor: "over", lines: true },
  integer: { Input: NumberInput, width: 110, align: "right", editor: "cell" },
  number: { Input: NumberInput, width: 120, align: "right", editor: "cell" },
  decimal: { Input: NumberInput, width: 120, align: "right", editor: "cell" },
  boolean: { Input: ChoiceInput, width: 90, keeps: true, editor: "over" },
  date: { Input: DateInput, width: 130, least: 140, keeps: true, editor: "cell" },
  datetime: { Input: DateTimeInput, width: 210, least: 230, keeps: true, editor: "cell" },
  choice: { Input: ChoiceInput, Show: OptionChip, width: 130, least: 110, keeps: true, editor: "over" },
  choices: { Input: ChoicesInput, Show: OptionChips, width: 180, least: 130, keeps: true, editor: "over" },
  email: { Input: LineInput, Show: ShowEmail, width: 190, editor: "cell" },
  url: { Input: LineInput, Show: ShowUrl, width: 200, editor: "cell" },
  list: { Input: LinesInput, Show: ShowList, width: 180, keeps: true, editor: "dialog" },
  object: { Input: LinesInput, width: 220, keeps: true, editor: "dialog" },
};

/** A row as the grid hands it to `processRowUpdate`: its id, and the draft of the editor that was open. */
export interface EditedRow extends Row {
  readonly draft?: Draft;
}
