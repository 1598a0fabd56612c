import type { Fields, Grid } from "../protocol.ts";

/** Where a copy stands: all that is known of it but its records. */
export interface CopyState {
  readonly grid: Grid;
  readonly epoch: string;
  readonly revision: number;
  readonly digest: number;
  readonly count: number;
  /** when the server last said so, ms since 1970 */
  readonly seenAt: number;
}

/** The same as it lies on disk. */
export interface CopyHead extends CopyState {
  /** whose records they are: what the key of the link was, as a number; another key reads them anew */
  readonly access: number;
  /** texts that follow it, and the lines in all of them: a record's later line replaces its earlier one */
  readonly blocks: number;
  readonly lines: number;
}

/** A record as it is at a copy's revision; without fields it is gone. */
export interface Line {
  readonly id: string;
  readonly version: number;
  readonly fields: Fields | null;
}

/**
 * Where copies of confirmed records lie. Every write is one transaction with the state that it leads to, so whatever
 * is lost of it or comes late leaves an older copy, never a torn one. What lies there for another access is not there.
 */
export interface CopyStorage {
  /** Null: there is none. */
  head(grid: string): Promise<CopyHead | null>;
  /** `each` gets the lines in order, in pieces that do not hold up the page. */
  read(grid: string, each: (lines: readonly Line[], head: CopyHead) => void): Promise<CopyHead | null>;
  /** Puts a whole copy in place of whatever is there. */
  replace(state: CopyState, lines: readonly Line[]): Promise<void>;
  /** Adds to the copy if it still is `over`, else does nothing and resolves with false. */
  append(state: CopyState, lines: readonly Line[], over: CopyHead): Promise<boolean>;
  drop(grid: string): Promise<void>;
  /** Drops what nobody has looked at for long, and the oldest where there are many. */
  tidy(now: number): Promise<void>;
  /** Calls `granted` when this tab is the one that writes the grid's copy; returns what ends that, or the waiting. */
  claim(grid: string, granted: () => void): () => void;
}

const DAY_MS = 24 * 3600 * 1000;
const KEPT_MS = 30 * DAY_MS;
const MOST_COPIES = 10;

/** The grids whose copies are not worth their room any more. */
export function outlived(heads: readonly CopyHead[], now: number): readonly string[] {
  const newest = heads.toSorted((a, b) => b.seenAt - a.seenAt);
  return newest
    .filter(({ seenAt }, place) => place >= MOST_COPIES || seenAt < now - KEPT_MS)
    .map((head) => head.grid.id);
}

export function isSame(held: CopyHead, state: CopyState): boolean {
  const { epoch, revision, digest, count } = held;
  return (
    epoch === state.epoch && revision === state.revision && digest === state.digest && count === state.count
  );
}

/**
 * What to write: `changed` lines cover all that has changed since revision `base`; null: nobody knows what has.
 *
 * Whether Web Locks leave it to one tab or not, two that write cannot spoil the copy: lines that reach back further
 * than they need do no harm, and `append` adds to nothing but what was judged here.
 */
export function planOf(
  held: CopyHead | null,
  state: CopyState,
  base: number | null,
  changed: number,
): "whole" | "append" | "nothing" {
  if (held === null) return "whole";
  if (isSame(held, state)) {
    const isKnown = held.grid.definition === state.grid.definition && state.seenAt - held.seenAt < DAY_MS;
    return isKnown ? "nothing" : "append";
  }
  if (base === null || held.epoch !== state.epoch || held.revision < base) return "whole";
  if (held.revision > state.revision) return "nothing"; // another tab is ahead
  return isLong(held, changed) ? "whole" : "append";
}

/** So much has been added that it is read sooner when it is written anew. */
function isLong({ count, lines, blocks }: CopyHead, changed: number): boolean {
  return lines + changed > 1.5 * count + 2_000 || blocks > 200 + count / 200;
}

export function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "QuotaExceededError";
}
