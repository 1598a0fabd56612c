import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Fragment, useState, type ReactNode } from "react";
import { VALUE_TYPES } from "../../fields/types.ts";
import { plain } from "../../fields/values.ts";
import type { FieldDescription, Fields, Json } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { COLUMNS } from "../editors/columns.tsx";
import { SPOKEN } from "../spoken.ts";
import { changedNames } from "./changedNames.ts";

interface ShownValueProps {
  readonly value: Json;
  /** undefined: the grid has no such field any more */
  readonly field: FieldDescription | undefined;
}

/** A value as its cell shows it, of any length. */
export function ShownValue({ value, field }: ShownValueProps) {
  if (value === null) return <Box component="em" sx={EMPTY}>{texts.editors.empty}</Box>; // prettier-ignore
  if (field === undefined) return plain(value);
  const text = VALUE_TYPES[field.type].show(value, field);
  const { Show } = COLUMNS[field.type];
  return Show === undefined ? text : <Show value={value} text={text} field={field} />;
}

/** Which of the two values of a field something is done with. */
export interface ValueAt {
  readonly name: string;
  readonly field: FieldDescription | undefined;
  readonly value: Json;
  readonly side: "before" | "after";
}

interface ChangeValuesProps {
  /** the fields of the grid, as they are now */
  readonly fields: readonly FieldDescription[];
  /** what changed, as it was and as it became; null: there was no record */
  readonly before: Fields | null;
  readonly after: Fields | null;
  /** only these fields, if given */
  readonly only?: readonly string[] | undefined;
  /** no more fields than that at first */
  readonly most?: number;
  /** what stands behind a value: what can be done with it */
  readonly renderBeside?: (value: ValueAt) => ReactNode;
}

/** What a change did, field by field: old → new where there was something, else what was brought or taken away. */
export function ChangeValues({
  fields,
  before,
  after,
  only,
  most = Infinity,
  renderBeside,
}: ChangeValuesProps) {
  const [whole, setWhole] = useState(false);
  const all = changedNames(before, after, fields).filter((name) => only?.includes(name) ?? true);
  const names = whole || all.length <= most + 1 ? all : all.slice(0, most); // one more is no less than the button
  const shown = (side: ValueAt["side"], values: Fields, name: string) => {
    const field = fields.find((each) => each.name === name);
    const value = values[name] ?? null;
    return (
      <Box component="span" className={`tandem-${side}`}>
        <ShownValue value={value} field={field} />
        {renderBeside?.({ name, field, value, side })}
      </Box>
    );
  };
  const list = (
    <Box component="dl" sx={LIST}>
      {names.map((name) => (
        <Fragment key={name}>
          <dt>{fields.find((each) => each.name === name)?.label ?? name}</dt>
          <dd>
            {before !== null && shown("before", before, name)}
            {before !== null && after !== null && <Arrow />}
            {after !== null && shown("after", after, name)}
          </dd>
        </Fragment>
      ))}
    </Box>
  );
  if (all.length <= most + 1) return list;
  return (
    <>
      {list}
      <Link component="button" aria-expanded={whole} onClick={() => setWhole(!whole)} sx={MORE}>
        {whole ? texts.history.lessFields : texts.history.moreFields(all.length - names.length)}
      </Link>
    </>
  );
}

/** Seen as an arrow, heard as a word. */
function Arrow() {
  return (
    <>
      <Box component="span" aria-hidden sx={{ mx: 0.75, color: "text.secondary" }}>
        →
      </Box>
      <Box component="span" sx={SPOKEN}>
        {texts.history.became}
      </Box>
    </>
  );
}

const MORE = { fontSize: 12, mt: 0.5, py: 0.25, textAlign: "start" } as const;
const EMPTY = { color: "text.secondary" };

const LIST = {
  m: 0,
  fontSize: 13,
  display: "grid",
  gridTemplateColumns: "minmax(64px, max-content) minmax(0, 1fr)",
  columnGap: 1.25,
  rowGap: 0.5,
  alignItems: "baseline",
  "& dt": { color: "text.secondary", maxWidth: 130, overflowWrap: "anywhere" },
  "& dd": { m: 0, minWidth: 0, overflowWrap: "anywhere", whiteSpace: "pre-wrap" },
  // What is no more, where it stands beside what came instead.
  "& .tandem-before:not(:last-child)": { color: "text.secondary" },
} as const;
