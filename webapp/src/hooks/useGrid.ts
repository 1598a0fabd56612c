import { useCallback, useEffect, useLayoutEffect, useMemo, useSyncExternalStore } from "react";
import { editsOf, type GridEdits } from "../query/gridEdits.ts";
import { GridPage, type GridNow, type GridOptions } from "../query/gridPage.ts";
import { View, type Page } from "../query/view.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordView, ReplicaStatus } from "../sync/types.ts";
import { useClient } from "./client.ts";

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

/** A grid's replica, joined for as long as the component is mounted; both panes get the same one. */
export function useReplica(grid: string): Replica {
  const client = useClient();
  useEffect(() => client.retain(grid), [client, grid]);
  return client.replica(grid);
}

/** A part of the replica's status; renders again when this part is another one, not with every change. */
export function useGridStatus<T>(replica: Replica, part: (status: ReplicaStatus) => T): T {
  const subscribe = useCallback((fn: () => void) => replica.subscribe(fn), [replica]);
  return useSyncExternalStore(subscribe, () => part(replica.status()));
}

/** One record; renders again when something of this record changes, and for nothing else. */
export function useRecord(replica: Replica, id: string): RecordView | undefined {
  const subscribe = useCallback((fn: () => void) => replica.subscribeRecord(id, fn), [replica, id]);
  return useSyncExternalStore(subscribe, () => replica.get(id));
}

/** A view of the replica's records in an order of its own. */
export const useView = (replica: Replica): View => useMemo(() => new View(replica), [replica]);

/** A part of a view's page; renders again when this part is another one, not with every row that moves. */
export const usePage = <T>(view: View, part: (page: Page) => T): T =>
  useSyncExternalStore(view.subscribe, () => part(view.snapshot()));
