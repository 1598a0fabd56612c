import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Link from "@mui/material/Link";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useCallback } from "react";
import { texts } from "../../texts.ts";
import { Who } from "../refused/RefusedContent.tsx";
import { wantsEdit } from "../refused/waysOut.ts";
import { CopyText } from "./CopyText.tsx";
import { copyOf, type Line, type Place } from "./lines.ts";
import type { LineActions } from "./LineList.tsx";

const t = texts.notSaved;

export interface LineProps {
  readonly line: Line;
  readonly actions: LineActions;
}

export function Tick({ line, actions: { selected, select } }: LineProps) {
  return (
    <Checkbox
      size="small"
      checked={selected.has(line.kept.mutationId)}
      onChange={(_event, on) => select(line, on)}
      slotProps={{ input: { "aria-label": t.one(line.record) } }}
      sx={{ p: 0.5, m: -0.5 }}
    />
  );
}

/** What the record is called, and the way to it. */
export function RecordName({ line: { record, isThere, kept }, actions }: LineProps) {
  if (!isThere) return record;
  return (
    <Link component="button" type="button" onClick={() => actions.reveal(kept.recordId)} sx={name}>
      {record}
    </Link>
  );
}

export function Value({ text }: { readonly text: string }) {
  return (
    <Typography component="div" variant="body2" sx={value}>
      {text}
    </Typography>
  );
}

/** What stands there now, who has put it there and when. */
export function Theirs({ place: { theirs, by } }: { readonly place: Place }) {
  if (theirs === null)
    return (
      <Typography variant="caption" color="textSecondary">
        {t.nobody}
      </Typography>
    );
  return (
    <>
      <Value text={theirs} />
      {by !== null && <Who text={by.at === null ? t.lately : (name) => name} {...by} />}
    </>
  );
}

/** Why it was not taken, where the values do not tell it. */
export function Reason({ line: { reason, by, kind } }: Pick<LineProps, "line">) {
  return (
    <>
      <Typography variant="body2">{reason}</Typography>
      {by !== null && (
        <Who text={kind === "gone" ? texts.record.deletedBy : texts.record.changedBy} {...by} />
      )}
    </>
  );
}

/** The likeliest first. */
export function Decide({ line, actions }: LineProps) {
  const { kept } = line;
  const { names, again, leave, edit } = actions;
  const text = useCallback(() => copyOf([line]), [line]);
  const hasFields = Object.keys(kept.fields).length > 0;
  const editFirst = hasFields && wantsEdit(kept.error);
  const editing = hasFields && (
    <Button key="edit" onClick={() => edit(line)} data-likeliest={editFirst || undefined}>
      {texts.record.editAgain}
    </Button>
  );
  const retry = (
    <Button key="again" onClick={() => again(line)} data-likeliest={!editFirst || undefined}>
      {names[0]}
    </Button>
  );
  return (
    <Stack direction="row" sx={{ flexWrap: "wrap", alignItems: "center", mx: -0.5, my: -0.5 }}>
      {editFirst && editing}
      {retry}
      <Button color="inherit" onClick={() => leave(line)}>
        {names[1]}
      </Button>
      {!editFirst && editing}
      <CopyText small text={text} label={t.copyAll(1)} />
    </Stack>
  );
}

const name = { font: "inherit", fontWeight: 600, textAlign: "left", overflowWrap: "anywhere" } as const;
/** A long text is told by its beginning; all of it is in the record, and in what is copied. */
const value = {
  overflowWrap: "anywhere",
  whiteSpace: "pre-line",
  display: "-webkit-box",
  WebkitLineClamp: 6,
  WebkitBoxOrient: "vertical",
  overflow: "hidden",
} as const;
