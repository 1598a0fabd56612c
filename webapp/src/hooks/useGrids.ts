import { useEffect, useState } from "react";
import type { GridSummary } from "../protocol.ts";
import { toWireError } from "../sync/wire.ts";
import { useClient } from "./client.ts";
import { useConnection } from "./useConnection.ts";

/** The grids the server has, asked for again whenever the connection is back; null until first known. */
export function useGrids(): { readonly grids: readonly GridSummary[] | null; readonly error: string | null } {
  const client = useClient();
  const { status } = useConnection();
  const live = status.status === "live";
  const [grids, setGrids] = useState<readonly GridSummary[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (!live) return undefined;
    let wanted = true;
    client.listGrids().then(
      (found) => {
        if (!wanted) return;
        setGrids(found);
        setError(null);
      },
      (thrown: unknown) => wanted && setError(toWireError(thrown).message),
    );
    return () => {
      wanted = false;
    };
  }, [client, live]);
  return { grids, error };
}
