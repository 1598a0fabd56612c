import {
  GridCellEditStartReasons,
  type GridCellEditStartParams,
  type GridEventListener,
} from "@mui/x-data-grid";
import { useCallback, useState } from "react";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import type { Replica } from "../sync/replica.ts";
import { InvalidValue } from "../sync/types.ts";
import { type EditedRow } from "./columns.tsx";
import { Draft, Rejected, type Edits } from "./edits.ts";
import { readDraft, Unreadable } from "../fields/values.ts";

/** Hands a draft to the replica, which shows it at once and sends it when it can (R10). Throws `Rejected`. */
function accept(replica: Replica, id: string, draft: Draft): void {
  const { field, text, was, untouched } = draft;
  if (text === untouched) return;
  const earlier = replica.get(id)?.refused[field.name];
  try {
    const value = readDraft(VALUE_TYPES[field.type], text, field);
    replica.update(id, { [field.name]: value }, { [field.name]: was });
  } catch (error) {
    if (error instanceof Unreadable) throw new Rejected(id, field.name, error.message);
    if (error instanceof InvalidValue)
      throw new Rejected(id, field.name, Object.values(error.fields).flat().join(" "));
    throw error;
  }
  if (earlier !== undefined) replica.settle(earlier.mutationId); // the new value takes its place
}

/** What a key makes of a selected cell at once, as a draft; null where it does nothing of the kind. */
function keyed(key: string, was: Json, field: FieldDescription): string | null {
  if (key === "Delete" || key === "Backspace") return "";
  if (key === " " && field.type === "boolean") return was === true ? "false" : "true";
  return null;
}

/** Delete and Backspace clear a selected cell, the space bar toggles a yes or no: no editor opens. */
function useKeys(replica: Replica, fields: readonly FieldDescription[]) {
  const [problem, setProblem] = useState<string | null>(null);
  const dismiss = useCallback(() => setProblem(null), []);
  const onCellKeyDown: GridEventListener<"cellKeyDown"> = (cell, event) => {
    if (cell.cellMode === "edit" || !cell.isEditable) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const id = String(cell.id);
    const field = fields.find(({ name }) => name === cell.field);
    const was = replica.get(id)?.fields[cell.field] ?? null;
    const text = field === undefined ? null : keyed(event.key, was, field);
    if (field === undefined || text === null) return;
    event.preventDefault(); // the space bar would scroll
    event.defaultMuiPrevented = true;
    const untouched = was === null ? "" : VALUE_TYPES[field.type].draft(was, field);
    try {
      accept(replica, id, new Draft(field, text, was, untouched));
      setProblem(null);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      setProblem(error.message);
    }
  };
  return { problem, dismiss, onCellKeyDown };
}

/** The grid's callbacks for edits; `problem` tells why a key on a selected cell changed nothing. */
export function useEditing(replica: Replica, edits: Edits, fields: readonly FieldDescription[]) {
  const processRowUpdate = useCallback(
    (edited: EditedRow, row: EditedRow): EditedRow => {
      if (edited.draft !== undefined) accept(replica, row.id, edited.draft);
      return row; // it carries the id only: what was edited is in the replica
    },
    [replica],
  );
  const [failure, setFailure] = useState<Error | null>(null);
  const onProcessRowUpdateError = useCallback(
    (error: Error) => {
      if (error instanceof Rejected) edits.reject(error.id, error.field, error.message);
      else setFailure(error);
    },
    [edits],
  );
  const onCellEditStart = useCallback(
    ({ id, field, reason, key }: GridCellEditStartParams) => {
      const typed = reason === GridCellEditStartReasons.printableKeyDown;
      if (typed && key !== undefined) edits.openBy(String(id), field, key);
    },
    [edits],
  );
  if (failure !== null) throw failure; // a defect, for the page's boundary to show
  return { processRowUpdate, onProcessRowUpdateError, onCellEditStart, ...useKeys(replica, fields) };
}
