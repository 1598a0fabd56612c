import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { View, type Page } from "../query/view.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordView, ReplicaStatus } from "../sync/types.ts";
import { useClient } from "./client.ts";

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
