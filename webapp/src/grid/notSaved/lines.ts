import { reasonOf } from "../../fields/reason.ts";
import { titleOf } from "../../fields/title.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import { plain } from "../../fields/values.ts";
import type { Author, FieldDescription, Fields, Json } from "../../protocol.ts";
import { isAhead, theirsOf } from "../../sync/theirs.ts";
import type { KeptMutation, News, RecordView } from "../../sync/types.ts";
import { sameValue } from "../../sync/values.ts";
import { texts } from "../../texts.ts";

const t = texts.notSaved;

export const KINDS = ["conflict", "gone", "changed", "exists", "refused", "not_saved"] as const;
/** Why edits were not taken, hence what can be done with them. */
export type Kind = (typeof KINDS)[number];

export function kindOf({ status, error: { code } }: Pick<KeptMutation, "status" | "error">): Kind {
  if (status !== "conflict") return status;
  return code === "gone" || code === "changed" || code === "exists" ? code : "conflict";
}

/** Who was first, and when; null where that is not known. */
export interface By {
  readonly author: Author | null;
  readonly at: string | null;
}

/** One field of an edit that was not taken, or the record as a whole. */
export interface Place {
  readonly name: string;
  readonly label: string;
  /** as its user saw it, in words; null where it was not there, or does not matter */
  readonly before: string | null;
  readonly mine: string;
  /** what stands there now; null where nobody has changed it */
  readonly theirs: string | null;
  readonly by: By | null;
}

/** An edit that was not taken, as it is told. */
export interface Line {
  readonly kept: KeptMutation;
  readonly kind: Kind;
  readonly record: string;
  /** there is a record to be shown */
  readonly isThere: boolean;
  readonly places: readonly Place[];
  /** why it was not taken, where the values do not tell it */
  readonly reason: string | null;
  readonly by: By | null;
  /** per field what stands there: an edit that goes again goes over this, and nothing newer (R8) */
  readonly seen: Fields;
}

type Latest = ReadonlyMap<string, News> | undefined;

const WHOLE = {
  add_record: t.added,
  update_record: "",
  delete_record: t.removed,
  restore_record: t.broughtBack,
};

function textOf(value: Json, field: FieldDescription | undefined): string {
  if (value === null) return texts.editors.empty;
  if (field === undefined) return plain(value);
  return VALUE_TYPES[field.type].show(value, field);
}

export function lineOf(
  kept: KeptMutation,
  view: RecordView | undefined,
  latest: Latest,
  fields: readonly FieldDescription[],
): Line {
  const { type, error, was } = kept;
  const kind = kindOf(kept);
  const edits = type === "update_record";
  const shown =
    view !== undefined && Object.keys(view.fields).length > 0 ? view.fields : { ...was, ...kept.fields };
  // In the order of the grid; what is not described, because it is gone or has not come, behind it.
  const known = fields.map(({ name }) => name).filter((name) => name in kept.fields);
  const names = [...known, ...Object.keys(kept.fields).filter((name) => !known.includes(name))];
  const theirs = Object.fromEntries(names.map((name) => [name, theirsOf(view, name, kept.conflicts[name])]));
  const place = (name: string): Place => {
    const field = fields.find((each) => each.name === name);
    const clashes = kind === "conflict" && (name in kept.conflicts || !sameValue(theirs[name], was[name]));
    return {
      name,
      label: field?.label ?? name,
      before: edits ? textOf(was[name] ?? null, field) : null,
      mine: textOf(kept.fields[name] ?? null, field),
      theirs: clashes ? textOf(theirs[name]!, field) : null,
      by: clashes ? byOf(kept, name, theirs[name]!, view, latest) : null,
    };
  };
  const whole = { name: "", label: t.wholeRecord, before: null, mine: WHOLE[type], theirs: null, by: null };
  const { author = null, at = null } = error;
  return {
    kept,
    kind,
    record: titleOf(shown, fields) ?? texts.grid.untitled,
    isThere: view?.deleted === false,
    places: names.length === 0 ? [whole] : names.map(place),
    reason: kind === "conflict" ? null : reasonOf(error, fields),
    by: author === null && at === null ? null : { author, at },
    seen: edits ? theirs : {},
  };
}

/** Of the value that stands there: somebody else may have changed it once more. */
function byOf(
  { conflicts }: KeptMutation,
  name: string,
  theirs: Json,
  view: RecordView | undefined,
  latest: Latest,
): By | null {
  const conflict = conflicts[name];
  const news = latest?.get(name);
  if (conflict !== undefined && (isAhead(view, conflict) || sameValue(theirs, conflict.value)))
    return conflict;
  return news === undefined ? null : { author: news.author, at: null };
}

/** As a table for a spreadsheet: a line for each field. */
export function copyOf(lines: readonly Line[]): string {
  const head = [t.record, t.field, t.before, t.mine, t.theirs, t.by, t.at, t.reason];
  const rows = lines.flatMap((line) =>
    line.places.map(({ label, before, mine, theirs, by: own }) => {
      const by = own ?? line.by;
      return [
        line.record,
        label,
        before ?? "",
        mine,
        theirs ?? "",
        by?.author?.name ?? "",
        by?.at ?? "",
        line.reason ?? "",
      ];
    }),
  );
  return [head, ...rows].map((row) => row.map(cellOf).join("\t")).join("\n");
}

/** A tab or a new line would end the cell; and of what others wrote a spreadsheet must not make a formula. */
function cellOf(text: string): string {
  const plain = /^[=+@]|^-(?![\d.,]+$)/.test(text) ? `'${text}` : text;
  return /[\t\n\r"]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
