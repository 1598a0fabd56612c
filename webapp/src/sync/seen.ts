import { Notes } from "./notes.ts";

/** Revisions above the first, up to the second. */
export type Gap = readonly [from: number, to: number];

/** How much of a grid its user has seen on this device. Of what the records are, nothing. */
export interface Seen {
  readonly epoch: string;
  /** as it was shown last to somebody who looked */
  readonly revision: number;
  /** what was done while nobody looked, in order, as long as some of it is not seen */
  readonly gaps: readonly Gap[];
  /** of the gaps: up to which revision a record ("") or a field of it is seen */
  readonly cells: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Where that is kept: one for all tabs of the browser profile. */
export interface SeenStore {
  read(grid: string): Seen | null;
  write(grid: string, seen: Seen): void;
  /** `fn` when another tab has written. */
  onOther(grid: string, fn: () => void): () => void;
}

/** Of the whole record. */
export const WHOLE = "";
/** More are not told apart: the oldest become one, with what was seen between them. */
const MOST_GAPS = 8;

export const seenAt = (epoch: string, revision: number): Seen => ({ epoch, revision, gaps: [], cells: {} });

/** Shown up to a later revision. */
export const advanced = (seen: Seen, revision: number): Seen =>
  revision > seen.revision ? { ...seen, revision } : seen;

/** With one more gap, which is above all others. */
export function withGap(seen: Seen, gap: Gap): Seen {
  const gaps = [...seen.gaps];
  const last = gaps.at(-1);
  if (last !== undefined && last[1] >= gap[0]) gaps.splice(-1, 1, [last[0], gap[1]]);
  else gaps.push(gap);
  const [first, second, ...others] = gaps;
  const isMany = gaps.length > MOST_GAPS && first !== undefined && second !== undefined;
  return { ...seen, gaps: isMany ? [[first[0], second[1]], ...others] : gaps };
}

/** With places that are seen up to a revision. */
export function withSeen(
  seen: Seen,
  places: readonly { readonly id: string; readonly field: string; readonly upTo: number }[],
): Seen {
  const cells = { ...seen.cells };
  for (const { id, field, upTo } of places) cells[id] = { ...cells[id], [field]: upTo };
  return { ...seen, cells };
}

export const isIn = (gaps: readonly Gap[], revision: number): boolean =>
  gaps.some(([from, to]) => from < revision && revision <= to);

const PREFIX = "seen.";

function isSeen(value: Partial<Seen> | null): value is Seen {
  const { epoch, revision, gaps, cells } = value ?? {};
  const isGap = (gap: unknown) => Array.isArray(gap) && gap.length === 2 && gap.every(Number.isInteger);
  return (
    typeof epoch === "string" &&
    Number.isInteger(revision) &&
    Array.isArray(gaps) &&
    gaps.every(isGap) &&
    typeof cells === "object" &&
    cells !== null
  );
}

/** In the browser profile, which every tab of it reads. */
export class LocalSeen implements SeenStore {
  constructor(private readonly notes = new Notes()) {}

  read(grid: string): Seen | null {
    try {
      const seen = JSON.parse(this.notes.read(PREFIX + grid) ?? "null") as Partial<Seen> | null;
      return isSeen(seen) ? seen : null;
    } catch {
      return null; // somebody else has written there
    }
  }

  write(grid: string, seen: Seen): void {
    this.notes.write(PREFIX + grid, JSON.stringify(seen));
  }

  onOther(grid: string, fn: () => void): () => void {
    return this.notes.onOther(PREFIX + grid, fn);
  }
}
