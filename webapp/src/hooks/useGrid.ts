import { useCallback, useEffect, useLayoutEffect, useMemo, useSyncExternalStore } from "react";
import type { Fields } from "../protocol.ts";
import { NO_QUERY, type Query } from "../query/query.ts";
import { View, type Page } from "../query/view.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordView, ReplicaStatus } from "../sync/types.ts";
import { useClient } from "./client.ts";
import { GridPage, type GridNow } from "./gridPage.ts";
import { useCompiled } from "./useQuery.ts";

/** What of a grid is asked for; all of it optional. */
export interface GridOptions extends Partial<Query> {
  /** from 0 */
  readonly page?: number;
  readonly pageSize?: number;
}

/** What a page shows of a grid, and what it can do with it. Every edit shows at once and is sent when it can be. */
export interface GridInUse extends GridNow {
  /** Returns the new record's id. Throws `InvalidValue`, as the others do, where the wire cannot carry a value. */
  readonly add: (fields: Fields) => string;
  /** Changes some fields of what `records` shows: what somebody else changed meanwhile is not overwritten. */
  readonly update: (id: string, fields: Fields) => void;
  readonly remove: (id: string) => void;
  readonly restore: (id: string) => void;
}

/**
 * A grid for a page of one's own: joined while the component is mounted, and shown anew, at most once per frame,
 * when something changes of what it returns.
 */
export function useGrid(id: string, options: GridOptions = {}): GridInUse {
  const replica = useReplica(id);
  const shown = useMemo(() => new GridPage(replica), [replica]);
  const now = useSyncExternalStore(shown.subscribe, shown.snapshot);
  const { page = 0, pageSize = 100, ...query } = options;
  // Whoever writes the options into the call makes new ones each time.
  const json = JSON.stringify({ ...NO_QUERY, ...query });
  const asked = useMemo(() => JSON.parse(json) as Query, [json]);
  const compiled = useCompiled(asked, now.fields);
  useLayoutEffect(() => shown.ask(compiled, page, pageSize), [shown, compiled, page, pageSize]);
  const edits = useMemo(
    () => ({
      add: (fields: Fields) => replica.add(fields),
      update: (record: string, fields: Fields) => {
        const seen = replica.get(record)?.fields ?? {};
        const was = Object.fromEntries(Object.keys(fields).map((name) => [name, seen[name] ?? null]));
        replica.update(record, fields, was);
      },
      remove: (record: string) => void replica.remove(record),
      restore: (record: string) => void replica.restore(record),
    }),
    [replica],
  );
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
