import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { memo, useLayoutEffect, useRef, type RefObject } from "react";
import { reasonOf } from "../fields/reason.ts";
import { VALUE_TYPES } from "../fields/types.ts";
import { useMark } from "../hooks/useAway.ts";
import { useRecord } from "../hooks/useReplica.ts";
import { usePeopleAt } from "../hooks/usePresence.ts";
import type { FieldDescription } from "../protocol.ts";
import type { RecordMark } from "../sync/marks.ts";
import type { News, RefusedValue } from "../sync/types.ts";
import { texts } from "../texts.ts";
import { Mark } from "./away/Mark.tsx";
import { markText } from "./away/markText.ts";
import { capitalized } from "./capitalized.ts";
import { cellStateOf } from "./cellState.ts";
import type { ColumnType } from "./editors/columnType.ts";
import { AlertIcon } from "./icons.tsx";
import { Others } from "./Others.tsx";
import { ConflictIcon } from "./rowIcons.tsx";
import { usePane } from "./pane.ts";
import { REFUSED_KEYS } from "./useEditing.ts";

interface RecordCellProps {
  readonly id: string;
  readonly field: FieldDescription;
  readonly type: ColumnType;
}

/** Describes the grid's own cell, which has the focus: it offers no other way. */
function useDescription(told: string): RefObject<HTMLSpanElement | null> {
  const ref = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const cell = ref.current?.closest('[role="gridcell"]');
    if (told === "" || !cell) return;
    cell.setAttribute("aria-description", told);
    return () => cell.removeAttribute("aria-description");
  }, [told]);
  return ref;
}

/** The value that was not taken as text, and the reason: what the cell shows is the stored one. */
function notTakenOf(refused: RefusedValue | undefined, field: FieldDescription) {
  if (refused === undefined) return { yours: null, why: "" };
  const { value, error } = refused;
  const own = error.fields?.[field.name];
  return {
    yours: value === null ? texts.editors.empty : VALUE_TYPES[field.type].show(value, field),
    why: own?.join(" ") ?? reasonOf(error, [field], field.name),
  };
}

const deleterOf = (mark: RecordMark | undefined): string | null =>
  mark?.kind === "deleted" ? mark.last.author.name : null;

/** One cell: it listens to its record, so that a changed value renders its cells and nothing else. */
export const RecordCell = memo(function RecordCell({ id, field, type }: RecordCellProps) {
  const { replica, lately, away, explain } = usePane();
  const record = useRecord(replica, id);
  const news = replica.latest(id)?.get(field.name) ?? lately.added(id);
  const mark = useMark(away, id);
  const missed = markText(mark, field);
  const { look, told } = cellStateOf(record, field, news, lately.deleterOf(id) ?? deleterOf(mark), missed);
  const there = usePeopleAt(replica.presence, id);
  // Whoever deleted it is still said to be there: nobody is at a record that is gone.
  const people = look === "deleted" ? [] : there.filter(({ cell }) => cell?.field === field.name);
  const ref = useDescription([told, ...people.map(texts.people.here)].filter(Boolean).join(". "));
  const value = record?.fields[field.name] ?? null;
  const text = value === null ? "" : VALUE_TYPES[field.type].show(value, field);
  const conflict = look === "conflict";
  const { yours, why } = notTakenOf(record?.refused[field.name], field);
  return (
    <span ref={ref} className="tandem-cell" data-state={look}>
      {yours !== null && yours !== text && <span className="tandem-yours" data-text={yours} aria-hidden />}
      <span className="tandem-value" title={missed === "" ? text : undefined}>
        {type.Show && value !== null ? <type.Show value={value} text={text} field={field} /> : text}
      </span>
      {(look === "refused" || conflict) && (
        <Tooltip title={texts.grid.notSavedValue(yours ?? "", why)}>
          <IconButton
            className="tandem-refused"
            color={conflict ? "warning" : "error"}
            tabIndex={-1}
            aria-label={conflict ? texts.grid.conflict(told) : capitalized(told)}
            aria-keyshortcuts={REFUSED_KEYS}
            onClick={(event) => {
              event.stopPropagation();
              explain(event.currentTarget, id, field.name);
            }}
            onDoubleClick={(event) => event.stopPropagation()}
          >
            {conflict ? <ConflictIcon fontSize="inherit" /> : <AlertIcon fontSize="inherit" />}
          </IconButton>
        </Tooltip>
      )}
      {missed !== "" && <Mark id={id} field={field.name} told={missed} whole={mark?.kind !== "changed"} />}
      {people.length > 0 && <Others people={people} />}
      {news !== undefined && lately.isFresh(news) && <Flash key={news.revision} news={news} />}
    </span>
  );
});

/** Who has just changed it; seen for a moment. The name is no text of the cell: nobody copies it along. */
function Flash({ news }: { readonly news: News }) {
  const whole = news.kind === "add" ? "" : undefined;
  return <span className="tandem-flash" data-by={news.author.name} data-whole={whole} aria-hidden />;
}
