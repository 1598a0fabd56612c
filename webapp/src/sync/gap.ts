import type { HistoryEntry } from "../protocol.ts";
import type { Wire } from "./wire.ts";

/** More changes are not read: what they come to nobody looks through one by one. */
export const MOST_CHANGES = 3_000;
/** changes in an answer */
const PAGE = 1_000;
/** Deletions before the gap that are looked at: of what was deleted earlier nobody says "restored". */
const DELETIONS = 200;

export interface Told {
  /** in order */
  readonly changes: readonly HistoryEntry[];
  /** there were older ones, that were not read or that the server does not know any more */
  readonly more: boolean;
}

/** What the server says was done above a revision, up to now. Rejects as `Wire.request` does. */
export async function readGap(wire: Wire, grid: string, above: number): Promise<Told> {
  const found: HistoryEntry[] = [];
  for (;;) {
    const before = found.at(-1)?.revision;
    const limit = Math.min(PAGE, MOST_CHANGES - found.length);
    const asked = { grid, limit, ...(before !== undefined && { before }) };
    const { changes, more } = await wire.request("history", asked);
    const news = changes.filter(({ revision }) => revision > above);
    found.push(...news);
    // Revisions have no gaps: what is missing was pruned, or was not read.
    const isAll = found.length === (found[0]?.revision ?? above) - above;
    const isOver = isAll || !more || news.length < changes.length || found.length >= MOST_CHANGES;
    if (isOver) return { changes: found.toReversed(), more: !isAll };
  }
}

/** Of the records that these changes add, those that had been deleted before: they are back. */
export async function readReturned(
  wire: Wire,
  grid: string,
  above: number,
  changes: readonly HistoryEntry[],
): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  const returned = new Set<string>();
  let unknown = false;
  for (const { id, kind } of changes) {
    if (kind === "delete") gone.add(id);
    if (kind !== "add") continue;
    if (gone.has(id)) returned.add(id);
    else unknown = true;
  }
  if (!unknown) return returned;
  const asked = { grid, deleted: true, before: above + 1, limit: DELETIONS };
  const before = await wire.request("history", asked);
  const earlier = new Set(before.changes.map(({ id }) => id));
  for (const { id, kind } of changes) if (kind === "add" && earlier.has(id)) returned.add(id);
  return returned;
}
