import { useGridApiContext } from "@mui/x-data-grid";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { NO_PROBLEMS, problemsAt, serverProblems, type Problems } from "../../fields/parts.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { Json } from "../../protocol.ts";
import type { CellEditorProps } from "./columnType.ts";
import { Draft, type Rejection } from "./edits.ts";
import { usePane } from "../pane.ts";

/** An editor that is open: what stands in it, what is wrong with that, and how it ends. */
export interface CellEdit {
  readonly text: string;
  readonly write: (text: string) => void;
  /** what the cell showed when the editor opened (R8) */
  readonly was: Json;
  readonly problem: string | null;
  /** another object each time that what is written was not accepted */
  readonly rejected: Rejection | null;
  /** what the server said of the value that the editor opened with, by path inside the field */
  readonly told: Problems;
  /** Takes what is written and stays in this cell. */
  readonly end: () => void;
  readonly giveUp: () => void;
  /** Takes the focus of the grid back to this cell. */
  readonly back: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** What the cell showed when its editor opened, the text that stands for it, and the one to start with. */
function useOpening({ params, field, type }: CellEditorProps) {
  const { replica, edits } = usePane();
  const [opening] = useState(() => {
    const id = String(params.id);
    const record = replica.get(id);
    const was = record?.fields[field.name] ?? null;
    const untouched = was === null ? "" : VALUE_TYPES[field.type].draft(was, field);
    // The grid empties the value when a key opened the editor: what is typed replaces what stood there.
    const replaced = params.value === "" && type.keeps !== true;
    const again = edits.opening(id, field.name);
    const refused = again === null ? undefined : record?.refused[field.name];
    const told = refused === undefined ? NO_PROBLEMS : problemsAt(serverProblems(refused.error), field.name);
    return { was, untouched, start: again ?? (replaced ? "" : untouched), told };
  });
  return opening;
}

export function useCellEdit(props: CellEditorProps): CellEdit {
  const { params, field, type } = props;
  const { edits } = usePane();
  const api = useGridApiContext();
  const { was, untouched, start, told } = useOpening(props);
  const [text, setText] = useState(start);
  const [touched, setTouched] = useState(false);
  const { field: column } = params;
  const id = String(params.id);
  const put = useCallback(
    (next: string) => {
      setText(next);
      void api.current.setEditCellValue({ id, field: column, value: new Draft(field, next, was, untouched) });
    },
    [api, id, column, field, was, untouched],
  );
  useEffect(() => {
    if (start !== untouched) put(start);
  }, [start, untouched, put]);
  useEffect(() => () => edits.close(id, field.name), [edits, id, field.name]);
  const rejected = useSyncExternalStore(edits.subscribe, () => edits.problem(id, field.name));
  const up = useUp(id, column, rejected);
  return {
    text,
    was,
    told,
    rejected,
    problem: rejected?.why ?? (touched ? null : (told[""] ?? null)),
    write: (next) => {
      setTouched(true);
      edits.accept(id, field.name);
      put(next);
    },
    end: () => api.current.stopCellEditMode({ id, field: column }),
    back: () => api.current.setCellFocus(id, column),
    giveUp: () => api.current.stopCellEditMode({ id, field: column, ignoreModifications: true }),
    onKeyDown: (event) => {
      const back = event.key === "Enter" && event.shiftKey && !type.lines && type.editor !== "dialog";
      if (!back || event.nativeEvent.isComposing) return;
      event.stopPropagation(); // the grid would go down
      up();
    },
  };
}

/** Ends the edit and goes one row up, which the grid does not offer: once it is really over, for it may be rejected. */
function useUp(id: string, column: string, rejected: Rejection | null): () => void {
  const api = useGridApiContext();
  const going = useRef(false);
  useEffect(() => {
    if (rejected !== null) going.current = false;
  }, [rejected]);
  useEffect(
    () => () => {
      if (!going.current) return;
      going.current = false;
      const grid = api.current;
      const above = grid.getAllRowIds()[grid.getRowIndexRelativeToVisibleRows(id) - 1];
      if (above !== undefined) grid.setCellFocus(above, column);
    },
    [api, id, column],
  );
  return () => {
    going.current = true;
    api.current.stopCellEditMode({ id, field: column });
  };
}
