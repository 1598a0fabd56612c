import { useCallback, useMemo, useSyncExternalStore } from "react";

export const SIDES = ["left", "right"] as const;
export type Side = (typeof SIDES)[number];
export const SIDE_LABEL: Record<Side, string> = { left: "Left", right: "Right" };

const listeners = new Set<() => void>();

function subscribe(fn: () => void): () => void {
  listeners.add(fn);
  window.addEventListener("popstate", fn);
  return () => {
    listeners.delete(fn);
    window.removeEventListener("popstate", fn);
  };
}

/** Which grid stands where, as the address has it: `/?left=airports&right=tasks`. */
export function useAddress(): {
  readonly asked: Readonly<Record<Side, string | null>>;
  readonly show: (side: Side, grid: string) => void;
} {
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  const asked = useMemo(() => {
    const params = new URLSearchParams(search);
    return { left: params.get("left") || null, right: params.get("right") || null };
  }, [search]);
  const show = useCallback((side: Side, grid: string) => {
    const url = new URL(window.location.href);
    url.searchParams.set(side, grid);
    window.history.pushState(null, "", url);
    for (const listener of listeners) listener();
  }, []);
  return { asked, show };
}
