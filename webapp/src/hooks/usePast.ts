import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { PastChanges, PastFilter, PastNow } from "../sync/pastChanges.ts";
import type { Replica } from "../sync/replica.ts";

/** Past changes of a grid, followed while the component is mounted; read anew for another filter. */
export function usePast(replica: Replica, filter: PastFilter): { readonly past: PastChanges } & PastNow {
  // Whoever writes the filter into the call makes a new one each time.
  const json = JSON.stringify(filter);
  const past = useMemo(() => replica.past(JSON.parse(json) as PastFilter), [replica, json]);
  useEffect(() => past.follow(), [past]);
  return { past, ...useSyncExternalStore(past.subscribe, past.snapshot) };
}
