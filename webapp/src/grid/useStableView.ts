import { useEffect, useMemo, useRef, type FocusEvent } from "react";
import { usePane, usePaneNow } from "./pane.ts";

/** The row that an element of the grid stands in. */
export const rowIdOf = (element: EventTarget | null): string | null =>
  element instanceof Element
    ? (element.closest<HTMLElement>(".MuiDataGrid-row")?.dataset["id"] ?? null)
    : null;

/**
 * Tells the view that its user is busy, and with which row: as long as that is so, nothing moves under their hands.
 *
 * The handlers belong on the pane's outermost element. React brings them the events of the pane's menus and dialogs
 * too, wherever those stand in the document: whoever uses them has not left the pane, nor the row.
 */
export function useStableView() {
  const { view, cursor } = usePane();
  const { record } = usePaneNow().state;
  const leaving = useRef(0);
  useEffect(() => () => cancelAnimationFrame(leaving.current), []);
  // The record that is open beside the grid keeps its place like the row with the cursor.
  const opened = useRef(record);
  useEffect(() => {
    opened.current = record;
    view.cursor(record);
  }, [view, record]);
  return useMemo(() => {
    const active = () => view.active();
    const left = () => {
      view.cursor(opened.current);
      cursor.leave();
    };
    const onFocus = ({ currentTarget, target }: FocusEvent) => {
      cancelAnimationFrame(leaving.current);
      view.active();
      if (!currentTarget.contains(target)) return;
      if (target.closest(".MuiDataGrid-main") === null) left();
      else view.cursor(rowIdOf(target));
    };
    /** Only when nothing of the pane has the focus afterwards, and the window has not lost it altogether. */
    const onBlur = () => {
      cancelAnimationFrame(leaving.current);
      leaving.current = requestAnimationFrame(() => document.hasFocus() && left());
    };
    return {
      onFocus,
      onBlur,
      onKeyDownCapture: active,
      onPointerMoveCapture: active,
      onPointerDownCapture: active,
      onWheelCapture: active,
    };
  }, [view, cursor]);
}
