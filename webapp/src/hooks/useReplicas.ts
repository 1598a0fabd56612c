import { useCallback, useSyncExternalStore } from "react";
import type { Replica } from "../sync/replica.ts";
import { useClient } from "./client.ts";

/** Those of every grid that this page has looked at; another array with each new one. */
export function useReplicas(): readonly Replica[] {
  const client = useClient();
  const opened = useCallback((fn: () => void) => client.onReplica(fn), [client]);
  return useSyncExternalStore(opened, () => client.all());
}
