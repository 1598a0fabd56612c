import { useMemo } from "react";
import { useGridStatus } from "../../hooks/useReplica.ts";
import { useRecords } from "../../hooks/useRecords.ts";
import type { FieldDescription } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import { lineOf, type Line } from "./lines.ts";

export const NO_FIELDS: readonly FieldDescription[] = [];

/** What was not taken of a grid, in order, as it stands now: what others write meanwhile shows. */
export function useLines(replica: Replica): readonly Line[] {
  const kept = useGridStatus(replica, (status) => status.kept);
  const fields = useGridStatus(replica, (status) => status.grid?.fields ?? NO_FIELDS);
  const ids = useMemo(() => kept.map(({ recordId }) => recordId), [kept]);
  const records = useRecords(replica, ids);
  return useMemo(
    () => kept.map((each, i) => lineOf(each, records[i], replica.latest(each.recordId), fields)),
    [replica, kept, records, fields],
  );
}
