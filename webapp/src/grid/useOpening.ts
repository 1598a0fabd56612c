import { useCallback, useState } from "react";
import type { OnState } from "./pane.ts";
import { FIELDS, type RecordTab } from "./record/RecordTabs.tsx";

/** What lies beside the grid: a record, with its fields or its history; and what has been done in the grid. */
export function useOpening(onState: OnState) {
  const [tab, setTab] = useState<RecordTab>(FIELDS);
  const [listing, setListing] = useState(false);
  const open = useCallback(
    (id: string) => {
      setTab(FIELDS);
      onState({ record: id }, "push");
    },
    [onState],
  );
  const openHistory = useCallback(
    (id: string, field: string | null) => {
      setTab({ part: "history", field });
      onState({ record: id }, "push");
    },
    [onState],
  );
  const list = useCallback(() => setListing((open) => !open), []);
  const unlist = useCallback(() => setListing(false), []);
  return { open, openHistory, tab, setTab, listing, list, unlist };
}
