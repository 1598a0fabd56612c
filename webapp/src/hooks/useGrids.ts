import { useCallback, useEffect, useState } from "react";
import type { GridSummary } from "../protocol.ts";
import { toWireError } from "../sync/wire.ts";
import { useClient } from "./client.ts";
import { useConnection } from "./useConnection.ts";

export interface Grids {
  /** null until first known */
  readonly grids: readonly GridSummary[] | null;
  readonly error: string | null;
  /** Asks again: an import may have made another one. */
  readonly refresh: () => void;
}

/** The grids the server has, asked for whenever the connection is back. */
export function useGrids(): Grids {
  const client = useClient();
  const { status } = useConnection();
  const live = status.status === "live";
  const [grids, setGrids] = useState<readonly GridSummary[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const refresh = useCallback(() => {
    client.listGrids().then(
      (found) => {
        setGrids(found);
        setError(null);
      },
      (thrown: unknown) => setError(toWireError(thrown).message),
    );
  }, [client]);
  useEffect(() => {
    if (live) refresh();
  }, [live, refresh]);
  return { grids, error, refresh };
}
