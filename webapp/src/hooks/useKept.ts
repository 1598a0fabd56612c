import { useMemo, useSyncExternalStore } from "react";
import type { Replica } from "../sync/replica.ts";
import { useEach } from "./useReplicas.ts";

/** A replica with edits that were not taken, and how many. */
type Kept = readonly [replica: Replica, count: number];

/** Those of some replicas that hold any; the same array until that changes. */
export function useKept(replicas: readonly Replica[]): readonly Kept[] {
  const read = useMemo(() => remembered(replicas), [replicas]);
  return useSyncExternalStore(useEach(replicas), read);
}

function remembered(replicas: readonly Replica[]): () => readonly Kept[] {
  let seen: readonly Kept[] = [];
  return () => {
    const all = replicas.map((replica): Kept => [replica, replica.status().kept.length]);
    const now = all.filter(([, count]) => count > 0);
    const same = (each: Kept, i: number): boolean => each.every((part, at) => part === seen[i]?.[at]);
    if (now.length !== seen.length || !now.every(same)) seen = now;
    return seen;
  };
}
