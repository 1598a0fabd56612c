import type { GridSummary } from "../protocol.ts";

const LIST = "tandem.grids";

/** The list of grids as this device has kept it, for a page that cannot ask yet: at hand before the first paint. */
export class KeptList {
  /** `access`: what the key of the link is, as a number; with another one nothing is kept */
  constructor(private readonly access: () => number) {}

  kept(): readonly GridSummary[] | null {
    try {
      const { access, grids } = JSON.parse(localStorage.getItem(LIST) ?? "{}") as Partial<Kept>;
      // What a page stumbles over would be kept for the next one to stumble over.
      return access === this.access() && Array.isArray(grids) && grids.every(isSummary) ? grids : null;
    } catch {
      return null; // storage is switched off, or somebody else has written there
    }
  }

  keep(grids: readonly GridSummary[]): void {
    try {
      localStorage.setItem(LIST, JSON.stringify({ access: this.access(), grids } satisfies Kept));
    } catch {
      // storage is switched off or full: the next page asks before it shows anything
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(LIST);
    } catch {
      // storage is switched off: nothing is kept
    }
  }
}

interface Kept {
  readonly access: number;
  readonly grids: readonly GridSummary[];
}

function isSummary(grid: Partial<GridSummary> | null): grid is GridSummary {
  const { id, title, revision, count } = grid ?? {};
  return [id, title].every((text) => typeof text === "string") && [revision, count].every(Number.isInteger);
}
