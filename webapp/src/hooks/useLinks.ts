import { useCallback, useEffect, useState } from "react";
import type { GridKey, Role } from "../protocol.ts";
import { listKeys, makeKey, takeKeyBack, type Made } from "../sync/sharing.ts";
import { toWireError } from "../sync/wire.ts";
import { useClient } from "./client.ts";

export interface Links {
  /** oldest first; null: not told yet */
  readonly links: readonly GridKey[] | null;
  /** a sentence: why what was asked last was not done */
  readonly error: string | null;
  /** Null: it was not made, `error` says why. */
  readonly make: (name: string, role: Role) => Promise<Made | null>;
  /** Whether it is taken back. */
  readonly takeBack: (id: string) => Promise<boolean>;
}

/** The links of a grid, for who may make them. */
export function useLinks(grid: string): Links {
  const { server } = useClient().connection;
  const [links, setLinks] = useState<readonly GridKey[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  /** Does it, and reads the list anew, whatever came of it: others make links too. */
  const attempt = useCallback(
    async <T>(act: () => Promise<T>): Promise<T | null> => {
      try {
        const done = await act();
        setLinks(await listKeys(server, grid));
        setError(null);
        return done;
      } catch (thrown) {
        setError(toWireError(thrown).message);
        return null;
      }
    },
    [grid, server],
  );
  useEffect(() => void attempt(async () => undefined), [attempt]);
  const make = (name: string, role: Role) => attempt(() => makeKey(server, grid, { name, role }));
  const takeBack = async (id: string) =>
    (await attempt(() => takeKeyBack(server, grid, id).then(() => true))) === true;
  return { links, error, make, takeBack };
}
