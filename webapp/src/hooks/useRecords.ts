import { useMemo, useSyncExternalStore } from "react";
import type { Replica } from "../sync/replica.ts";
import { Subscribers } from "../sync/subscribers.ts";
import type { RecordView } from "../sync/types.ts";

type Records = readonly (RecordView | undefined)[];

/** Many records, in the order of their ids; another array when something of any changes, once for each step. */
export function useRecords(replica: Replica, ids: readonly string[]): Records {
  const { subscribe, snapshot } = useMemo(() => watched(replica, ids), [replica, ids]);
  return useSyncExternalStore(subscribe, snapshot);
}

function watched(replica: Replica, ids: readonly string[]) {
  const listeners = new Subscribers<void>();
  const tell = (): void => listeners.tellSoon();
  let now: Records = [];
  return {
    subscribe: (fn: () => void): (() => void) => {
      const ends = [listeners.add(fn), ...ids.map((id) => replica.subscribeRecord(id, tell))];
      return () => ends.forEach((end) => end());
    },
    snapshot: (): Records => {
      const read = ids.map((id) => replica.get(id));
      if (read.length !== now.length || read.some((record, i) => record !== now[i])) now = read;
      return now;
    },
  };
}
