import Link from "@mui/material/Link";
import { asList } from "../../fields/values.ts";
import type { FieldType } from "../../protocol.ts";
import type { Row } from "../../query/view.ts";
import { texts } from "../../texts.ts";
import { ChoiceInput, ChoicesInput } from "./choices.tsx";
import type { ColumnType, ShowProps } from "./columnType.ts";
import type { Draft } from "./edits.ts";
import { DateInput, DateTimeInput } from "./dateInputs.tsx";
import { FIELD_ICONS } from "./fieldIcons.tsx";
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
  text: { Input: LineInput, Icon: FIELD_ICONS.words, width: 170, editor: "cell" },
  long_text: { Input: LinesInput, Icon: FIELD_ICONS.lines, width: 240, editor: "over", lines: true },
  integer: { Input: NumberInput, Icon: FIELD_ICONS.digits, width: 110, align: "right", editor: "cell" },
  number: { Input: NumberInput, Icon: FIELD_ICONS.digits, width: 120, align: "right", editor: "cell" },
  decimal: { Input: NumberInput, Icon: FIELD_ICONS.digits, width: 120, align: "right", editor: "cell" },
  boolean: { Input: ChoiceInput, Icon: FIELD_ICONS.tick, width: 90, keeps: true, editor: "over" },
  date: { Input: DateInput, Icon: FIELD_ICONS.calendar, width: 130, least: 140, keeps: true, editor: "cell" },
  datetime: {
    Input: DateTimeInput,
    Icon: FIELD_ICONS.clock,
    width: 210,
    least: 230,
    keeps: true,
    editor: "cell",
  },
  choice: {
    Input: ChoiceInput,
    Show: OptionChip,
    Icon: FIELD_ICONS.choice,
    width: 130,
    least: 110,
    keeps: true,
    editor: "over",
  },
  choices: {
    Input: ChoicesInput,
    Show: OptionChips,
    Icon: FIELD_ICONS.choices,
    width: 180,
    least: 130,
    keeps: true,
    editor: "over",
  },
  email: { Input: LineInput, Show: ShowEmail, Icon: FIELD_ICONS.letter, width: 190, editor: "cell" },
  url: { Input: LineInput, Show: ShowUrl, Icon: FIELD_ICONS.link, width: 200, editor: "cell" },
  list: {
    Input: LinesInput,
    Show: ShowList,
    Icon: FIELD_ICONS.list,
    width: 180,
    keeps: true,
    editor: "dialog",
  },
  object: { Input: LinesInput, Icon: FIELD_ICONS.braces, width: 220, keeps: true, editor: "dialog" },
};

/** A row as the grid hands it to `processRowUpdate`: its id, and the draft of the editor that was open. */
export interface EditedRow extends Row {
  readonly draft?: Draft;
}
