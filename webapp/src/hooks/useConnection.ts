import { useCallback, useSyncExternalStore } from "react";
import type { Connection, ConnectionStatus } from "../sync/connection.ts";
import { useClient } from "./client.ts";

export function useConnection(): { readonly connection: Connection; readonly status: ConnectionStatus } {
  const { connection } = useClient();
  const subscribe = useCallback((fn: () => void) => connection.subscribe(fn), [connection]);
  const status = useSyncExternalStore(subscribe, () => connection.status());
  return { connection, status };
}
