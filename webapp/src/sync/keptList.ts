import type { GridSummary } from "../protocol.ts";
import { Notes } from "./notes.ts";

const LIST = "grids";

/** The list of grids as this device has kept it, for a page that cannot ask yet: at hand before the first paint. */
export class KeptList {
  /** `access`: what the key of the link is, as a number; with another one nothing is kept */
  constructor(
    private readonly access: () => number,
    private readonly notes = new Notes(),
  ) {}

  kept(): readonly GridSummary[] | null {
    try {
      const { access, grids } = JSON.parse(this.notes.read(LIST) ?? "{}") as Partial<Kept>;
      // What a page stumbles over would be kept for the next one to stumble over.
      return access === this.access() && Array.isArray(grids) && grids.every(isSummary) ? grids : null;
    } catch {
      return null; // somebody else has written there
    }
  }

  keep(grids: readonly GridSummary[]): void {
    this.notes.write(LIST, JSON.stringify({ access: this.access(), grids } satisfies Kept));
  }

  forget(): void {
    this.notes.forget(LIST);
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
