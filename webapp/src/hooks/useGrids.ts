import { useCallback, useEffect, useState } from "react";
import type { GridSummary } from "../protocol.ts";
import { Disconnected, Refused } from "../sync/wire.ts";
import { texts } from "../texts.ts";
import { useClient } from "./client.ts";
import { useConnection } from "./useConnection.ts";

export interface Grids {
  /** as this device has kept them, until the server says; null where neither has */
  readonly grids: readonly GridSummary[] | null;
  /** a sentence */
  readonly error: string | null;
  /** Asks again: an import may have made another one. */
  readonly refresh: () => void;
}

/** Null for a lost connection: that is told elsewhere, and it is asked again when it is back. */
function sentence(thrown: unknown): string | null {
  if (thrown instanceof Refused) return thrown.error.message;
  return thrown instanceof Disconnected ? null : texts.app.grids.noAnswer;
}

/** The grids the server has, asked for whenever the connection is back. */
export function useGrids(): Grids {
  const client = useClient();
  const { status } = useConnection();
  const live = status.status === "live";
  const [grids, setGrids] = useState<readonly GridSummary[] | null>(() => client.lastGrids());
  const [error, setError] = useState<string | null>(null);
  const refresh = useCallback(() => {
    client.listGrids().then(
      (found) => {
        setGrids(found);
        setError(null);
      },
      (thrown: unknown) => setError(sentence(thrown)),
    );
  }, [client]);
  useEffect(() => {
    if (live) refresh();
  }, [live, refresh]);
  return { grids, error, refresh };
}
