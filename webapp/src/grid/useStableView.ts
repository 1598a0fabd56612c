import { useEffect, useMemo, useRef, type FocusEvent } from "react";
import { usePane } from "./pane.ts";

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
  const leaving = useRef(0);
  useEffect(() => () => cancelAnimationFrame(leaving.current), []);
  return useMemo(() => {
    const active = () => view.active();
    const left = () => {
      view.cursor(null);
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
