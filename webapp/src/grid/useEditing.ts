import type { GridApi, GridCellEditStartParams, GridCellParams, GridEventListener } from "@mui/x-data-grid";
import { useCallback, useMemo, useState, type KeyboardEvent } from "react";
import { thisMinute, today } from "../fields/dateText.ts";
import { VALUE_TYPES } from "../fields/types.ts";
import { readDraft, Unreadable } from "../fields/values.ts";
import type { FieldDescription, FieldType, Json } from "../protocol.ts";
import type { Replica } from "../sync/replica.ts";
import { COLUMNS, type EditedRow } from "./editors/columns.tsx";
import { Draft, Rejected } from "./editors/edits.ts";
import { texts } from "../texts.ts";
import type { Pane } from "./pane.ts";
import { pastedDraft } from "./pasting.ts";
import { saveField } from "./save.ts";

type EditingPane = Pick<Pane, "replica" | "edits" | "explain">;

/** Hands a draft to the replica. Throws `Rejected`. */
function accept(replica: Replica, id: string, { field, text, was, untouched }: Draft): void {
  if (text === untouched) return;
  const problem = saveField(replica, id, field, read(id, field, text), was);
  if (problem !== null) throw new Rejected(id, field.name, problem);
}

function read(id: string, field: FieldDescription, text: string): Json {
  try {
    return readDraft(VALUE_TYPES[field.type], text, field);
  } catch (error) {
    if (error instanceof Unreadable) throw new Rejected(id, field.name, error.message);
    throw error;
  }
}

const NOW: Partial<Record<FieldType, () => string>> = { date: () => today(), datetime: () => thisMinute() };

/** What a key makes of a selected cell at once, as a draft; null where it does nothing of the kind. */
function keyed(event: KeyboardEvent, was: Json, field: FieldDescription): string | null {
  const { key } = event;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey)
    return key === ";" || key === ":" ? (NOW[field.type]?.() ?? null) : null;
  if (event.shiftKey) return null;
  if (key === "Delete" || key === "Backspace") return "";
  if (key === " " && field.type === "boolean") return was === true ? "false" : "true";
  return null;
}

/** In a cell they tell why its value was not taken; as `aria-keyshortcuts` names them. */
export const REFUSED_KEYS = "Control+Enter Meta+Enter";

const asksWhy = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  key === "Enter" && (ctrlKey || metaKey);

const isPaste = ({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean =>
  (ctrlKey || metaKey) && !shiftKey && !altKey && key.toLowerCase() === "v";

/** Whoever presses it on a cell wants to write there. */
const writes = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  !ctrlKey && !metaKey && !altKey && (WRITING.has(key) || /^[^ ]$/u.test(key));

const WRITING: ReadonlySet<string> = new Set(["Enter", "F2", "Delete", "Backspace"]);

/** What does something with a selected cell at once, keys and pasting; an editor opens only for what cannot be read. */
function keysOf(
  { replica, edits, explain }: EditingPane,
  fields: readonly FieldDescription[],
  mayEdit: boolean,
  setProblem: (problem: string | null) => void,
) {
  const isField = (column: string): boolean => fields.some(({ name }) => name === column);
  /** Why it was not accepted, or null. */
  const write = (id: string, field: FieldDescription, text: string): string | null => {
    const was = replica.get(id)?.fields[field.name] ?? null;
    const untouched = was === null ? "" : VALUE_TYPES[field.type].draft(was, field);
    try {
      accept(replica, id, new Draft(field, text, was, untouched));
      return null;
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return error.message;
    }
  };
  /** Whether the key was for this cell. */
  const take = (cell: GridCellParams, event: KeyboardEvent<HTMLElement>): boolean => {
    const id = String(cell.id);
    const field = fields.find(({ name }) => name === cell.field);
    const record = replica.get(id);
    if (field === undefined) return false;
    if (asksWhy(event) && record?.refused[field.name] !== undefined) {
      explain(event.currentTarget, id, field.name);
      return true; // the grid would open the editor
    }
    const was = record?.fields[field.name] ?? null;
    const text = cell.isEditable ? keyed(event, was, field) : null;
    if (text !== null) setProblem(write(id, field, text));
    return text !== null;
  };
  const onCellKeyDown: GridEventListener<"cellKeyDown"> = (cell, event) => {
    if (cell.cellMode === "edit") return;
    if (!mayEdit && writes(event) && isField(cell.field)) return setProblem(texts.access.typed);
    if (event.key === "F2" && cell.isEditable) cell.api.startCellEditMode({ id: cell.id, field: cell.field });
    else if (!isPaste(event)) {
      if (!take(cell, event)) return;
    } else {
      event.defaultMuiPrevented = true; // the grid would open the editor
      return; // what is on the clipboard comes with the paste event
    }
    event.preventDefault(); // the space bar would scroll
    event.defaultMuiPrevented = true;
  };
  /** The pointer's way to write; where that is possible, the grid itself opens the editor. */
  const onCellDoubleClick: GridEventListener<"cellDoubleClick"> = ({ field }) => {
    if (!mayEdit && isField(field)) setProblem(texts.access.typed);
  };
  /** What is on the clipboard becomes the value of the cell with the focus. Its id, where something was written. */
  const paste = (grid: GridApi, copied: string): string | null => {
    const cell = grid.state.focus.cell;
    const field = fields.find(({ name }) => name === cell?.field);
    if (cell === null || field === undefined || copied === "") return null;
    if (!mayEdit) setProblem(texts.access.typed);
    if (!grid.isCellEditable(grid.getCellParams(cell.id, cell.field))) return null;
    const id = String(cell.id);
    const draft = pastedDraft(copied, field);
    const why = draft === null ? texts.grid.pasteOne : write(id, field, draft);
    if (draft !== null && why !== null) {
      edits.openWith(id, field.name, draft);
      edits.reject(id, field.name, why);
      grid.startCellEditMode({ id, field: field.name });
    } else setProblem(why);
    return why === null ? id : null;
  };
  return { onCellKeyDown, onCellDoubleClick, paste };
}

/** The grid's callbacks for edits, the same ones while its fields are; `problem` tells why a key on a selected cell changed nothing. */
export function useEditing(pane: EditingPane, fields: readonly FieldDescription[], mayEdit: boolean) {
  const { replica, edits } = pane;
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
    ({ field, reason }: GridCellEditStartParams, event: { readonly preventDefault?: () => void }) => {
      const type = fields.find(({ name }) => name === field)?.type;
      // The key that opens a dialog is not for the first input in it.
      if (type !== undefined && COLUMNS[type].editor === "dialog" && reason !== undefined)
        event.preventDefault?.();
    },
    [fields],
  );
  const [problem, setProblem] = useState<string | null>(null);
  const dismiss = useCallback(() => setProblem(null), []);
  const keys = useMemo(() => keysOf(pane, fields, mayEdit, setProblem), [pane, fields, mayEdit]);
  if (failure !== null) throw failure; // a defect, for the page's boundary to show
  return { processRowUpdate, onProcessRowUpdateError, onCellEditStart, problem, dismiss, ...keys };
}
