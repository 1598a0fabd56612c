import type { FieldDescription } from "../protocol.ts";
import { reasonOf } from "../fields/reason.ts";
import { isUntaken, type News, type RecordView } from "../sync/types.ts";
import { texts } from "../texts.ts";

const t = texts.grid;

/** How it stands with a cell beyond its value. */
export interface CellState {
  readonly look: "pending" | "refused" | "conflict" | "untaken" | "deleted" | undefined;
  /** the same in words, for those who do not see it */
  readonly told: string;
}

const QUIET: CellState = { look: undefined, told: "" };

/**
 * `news`: who changed the cell last, where that was somebody else; `deleter`: who deleted its record; `missed`: what
 * happened to the cell while its user was away.
 */
export function cellStateOf(
  record: RecordView | undefined,
  field: FieldDescription,
  news: News | undefined,
  deleter: string | null,
  missed: string,
): CellState {
  if (record === undefined) return QUIET;
  const refused = record.refused[field.name];
  if (refused !== undefined) {
    const told = reasonOf(refused.error, [field], field.name);
    return { look: refused.conflict === undefined ? "refused" : "conflict", told: t.refused(told) };
  }
  if (isUntaken(record)) return { look: "untaken", told: t.notTaken };
  if (record.deleted)
    return { look: "deleted", told: deleter === null ? t.wasDeleted : t.deletedBy(deleter) };
  if (record.pending.has(field.name)) return { look: "pending", told: t.pending };
  if (missed !== "") return { look: undefined, told: missed };
  if (news === undefined) return QUIET;
  const by = news.author.name;
  return { look: undefined, told: news.kind === "add" ? t.addedBy(by) : t.changedBy(by) };
}
