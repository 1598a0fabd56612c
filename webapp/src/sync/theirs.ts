import type { Conflict, Json } from "../protocol.ts";
import type { RecordView } from "./types.ts";

/**
 * What stands in a field where one's own value was not taken: what is shown, or what the conflict has told, where that
 * is newer than what has come so far.
 */
export function theirsOf(view: RecordView | undefined, field: string, conflict?: Conflict): Json {
  if (conflict !== undefined && isAhead(view, conflict)) return conflict.value;
  return view?.fields[field] ?? null;
}

/** Whether a conflict tells of a change that has not come to this record yet. */
export function isAhead(view: RecordView | undefined, { revision }: Conflict): boolean {
  return revision !== null && (view?.version ?? 0) < revision;
}
