import { VALUE_TYPES } from "../../fields/types.ts";
import type { FieldDescription } from "../../protocol.ts";
import type { AwayNow } from "../../sync/away.ts";
import type { FieldMark, Last, RecordMark } from "../../sync/marks.ts";
import { texts } from "../../texts.ts";
import { ago } from "../refused/ago.ts";

const t = texts.away;

/** Beyond that it is read in the list. */
const MOST_SHOWN = 200;

const nameOf = ({ author }: Last): string => author.name || texts.record.somebody;

/** What happened to the record as a whole, in words: "added by Ann 2 hours ago"; empty: only its fields changed. */
export function wholeText({ kind, last }: RecordMark): string {
  return kind === "changed" ? "" : t.whole[kind](nameOf(last), ago(last.at));
}

/** The value a field had, in words. */
function beforeText({ before }: FieldMark, field: FieldDescription): string {
  if (before === null) return t.empty;
  const text = VALUE_TYPES[field.type].show(before, field);
  return texts.fields.quoted(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);
}

/** What happened to a cell, in words: "was “open”, changed by Ann 2 hours ago"; empty: nothing, or it is no more. */
export function markText(mark: RecordMark | undefined, field: FieldDescription): string {
  if (mark === undefined || mark.kind === "deleted") return "";
  const changed = mark.fields.get(field.name);
  if (mark.kind !== "changed" || changed === undefined) return wholeText(mark);
  const { last } = changed;
  return t.was(beforeText(changed, field), nameOf(last), ago(last.at));
}

/** "41 changes by 3 people", "1 change by Ann". */
export function countText({ count, people, more }: AwayNow): string {
  const by = people.length === 1 ? people.join() : texts.grid.people(people.length);
  return more ? t.moreChanges(count, by) : t.changes(count, by);
}
