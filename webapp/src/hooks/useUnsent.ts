import { useSyncExternalStore } from "react";
import type { ReplicaStatus } from "../sync/types.ts";
import { useEach, useReplicas } from "./useReplicas.ts";

/** What of any grid, on screen or not, is not answered yet, in edits; whether it would outlive the tab; and what is shown. */
export function useUnsent(): {
  readonly unsent: number;
  readonly storing: number;
  readonly durable: boolean;
  /** some grid is shown as this device has kept it: what has changed since is not known yet */
  readonly kept: boolean;
} {
  const replicas = useReplicas();
  const subscribe = useEach(replicas);
  const sum = (count: (status: ReplicaStatus) => number) => () =>
    replicas.reduce((total, replica) => total + count(replica.status()), 0);
  const unsent = useSyncExternalStore(subscribe, sum((status) => status.unsent)); // prettier-ignore
  const storing = useSyncExternalStore(subscribe, sum((status) => status.storing)); // prettier-ignore
  const durable = useSyncExternalStore(subscribe, () =>
    replicas.every((replica) => replica.status().durable),
  );
  const kept = useSyncExternalStore(subscribe, () =>
    replicas.some((replica) => replica.status().state === "kept"),
  );
  return { unsent, storing, durable, kept };
}
