import { useCallback, useSyncExternalStore } from "react";
import type { Replica } from "../sync/replica.ts";
import { useClient } from "./client.ts";

/** Subscribes to each of them, as `useSyncExternalStore` wants it. */
export function useEach(replicas: readonly Replica[]): (fn: () => void) => () => void {
  return useCallback(
    (fn) => {
      const ends = replicas.map((replica) => replica.subscribe(fn));
      return () => ends.forEach((end) => end());
    },
    [replicas],
  );
}

/** Those of every grid that this page has looked at; another array with each new one. */
export function useReplicas(): readonly Replica[] {
  const client = useClient();
  const opened = useCallback((fn: () => void) => client.onReplica(fn), [client]);
  return useSyncExternalStore(opened, () => client.all());
}
