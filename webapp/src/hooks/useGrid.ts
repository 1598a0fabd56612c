import { useLayoutEffect, useMemo, useSyncExternalStore } from "react";
import { editsOf, type GridEdits } from "../query/gridEdits.ts";
import { GridPage, type GridNow, type GridOptions } from "../query/gridPage.ts";
import { useReplica } from "./useReplica.ts";

/** What a page shows of a grid, and what it can do with it. */
export interface GridInUse extends GridNow, GridEdits {}

/**
 * A grid for a page of one's own: joined while the component is mounted, and shown anew, at most once per frame,
 * when something changes of what it returns.
 */
export function useGrid(id: string, options: GridOptions = {}): GridInUse {
  const replica = useReplica(id);
  const shown = useMemo(() => new GridPage(replica), [replica]);
  const edits = useMemo(() => editsOf(replica), [replica]);
  const now = useSyncExternalStore(shown.subscribe, shown.snapshot);
  // Whoever writes the options into the call makes new ones each time.
  const json = JSON.stringify(options);
  useLayoutEffect(() => shown.ask(JSON.parse(json) as GridOptions), [shown, json]);
  return useMemo(() => ({ ...now, ...edits }), [now, edits]);
}
