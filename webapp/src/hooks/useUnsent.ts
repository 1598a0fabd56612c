import { useCallback, useSyncExternalStore } from "react";
import type { ReplicaStatus } from "../sync/types.ts";
import { useReplicas } from "./useReplicas.ts";

/** What of any grid, on screen or not, is not answered yet, in edits; and whether it would outlive the tab. */
export function useUnsent(): {
  readonly unsent: number;
  readonly storing: number;
  readonly durable: boolean;
} {
  const replicas = useReplicas();
  const subscribe = useCallback(
    (fn: () => void) => {
      const ends = replicas.map((replica) => replica.subscribe(fn));
      return () => ends.forEach((end) => end());
    },
    [replicas],
  );
  const sum = (count: (status: ReplicaStatus) => number) => () =>
    replicas.reduce((total, replica) => total + count(replica.status()), 0);
  const unsent = useSyncExternalStore(subscribe, sum((status) => status.unsent)); // prettier-ignore
  const storing = useSyncExternalStore(subscribe, sum((status) => status.storing)); // prettier-ignore
  const durable = useSyncExternalStore(subscribe, () =>
    replicas.every((replica) => replica.status().durable),
  );
  return { unsent, storing, durable };
}
