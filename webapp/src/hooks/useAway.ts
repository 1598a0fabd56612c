import { useEffect, useSyncExternalStore } from "react";
import type { Away, AwayNow } from "../sync/away.ts";
import type { RecordMark } from "../sync/marks.ts";
import { useClient } from "./client.ts";

/** What others did in a grid while its user was away. Whoever uses this shows the grid: its user is there. */
export function useAway(grid: string): Away {
  const away = useClient().away(grid);
  useEffect(() => away.look(), [away]);
  return away;
}

export const useAwayNow = (away: Away): AwayNow => useSyncExternalStore(away.subscribe, away.snapshot);

/** Of all records, newest first. */
export const useMarks = (away: Away): readonly RecordMark[] => useSyncExternalStore(away.subscribe, away.all);

/** Of one; renders again when it is another one, and for nothing else. */
export const useMark = (away: Away, id: string): RecordMark | undefined =>
  useSyncExternalStore(away.subscribe, () => away.of(id));
