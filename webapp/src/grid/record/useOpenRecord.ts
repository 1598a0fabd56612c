import { useCallback, useMemo } from "react";
import { usePage } from "../../hooks/useReplica.ts";
import type { View } from "../../query/view.ts";
import type { OnState } from "../pane.ts";

/** The record beside the grid: its id stands in the pane's state, its neighbours are those of the pane's order. */
export function useOpenRecord(view: View, record: string | null, onState: OnState) {
  const close = useCallback(() => onState({ record: null }, "push"), [onState]);
  const step = useMemo(() => {
    /** Over the borders of pages: the grid turns to the one on which the record stands. */
    const by = (places: number) => () => {
      const index = record === null ? -1 : view.indexOf(record) + places;
      const next = view.ids()[index];
      const page = Math.floor(index / view.snapshot().pageSize);
      if (next !== undefined) onState({ record: next, page }, "replace");
    };
    return { previous: by(-1), next: by(1) };
  }, [view, record, onState]);
  const at = usePage(view, () => (record === null ? -1 : view.indexOf(record)));
  const last = usePage(view, ({ count }) => count) - 1;
  return {
    /** where it stands among all of the pane; -1 where it does not */
    at,
    close,
    previous: at > 0 ? step.previous : null,
    next: at >= 0 && at < last ? step.next : null,
  };
}
