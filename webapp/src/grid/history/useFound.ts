import { useEffect, useMemo } from "react";
import type { FieldDescription, HistoryEntry } from "../../protocol.ts";
import { searchOf } from "../../query/search.ts";
import type { PastChanges, PastNow } from "../../sync/pastChanges.ts";

/** Found ones after which no older pages are read by themselves. */
const ENOUGH = 10;

/**
 * The records that were deleted, each once, by its last deletion, whose last values have the words that are searched
 * for. As long as few are found, older pages are read until there are no more.
 */
export function useFound(
  past: PastChanges,
  { changes, more, read, asking, problem }: PastNow,
  search: string,
  fields: readonly FieldDescription[],
): readonly HistoryEntry[] {
  const found = useMemo(() => {
    const latest = new Map<string, HistoryEntry>();
    for (const change of changes) if (!latest.has(change.id)) latest.set(change.id, change);
    const matches = searchOf(search, fields);
    return [...latest.values()].filter(
      ({ previous }) => matches === null || matches({ fields: previous ?? {} }),
    );
  }, [changes, search, fields]);
  const wantsMore =
    search.trim() !== "" && found.length < ENOUGH && more && read && !asking && problem === null;
  useEffect(() => {
    if (wantsMore) past.older();
  }, [past, wantsMore]);
  return found;
}
