import type { GridSummary } from "../protocol.ts";
import type { Connection } from "./connection.ts";
import type { Replica } from "./replica.ts";

/** The one object the page makes: a connection and a replica for each grid that is looked at. */
export class Client {
  readonly connection!: Connection;
  /** Makes it at the first call; both panes get the same one. It is quiet until retained. */
  replica(_grid: string): Replica {
    throw new Error("being written");
  }
  /** Joins the grid while at least one retains it; returns the release. Safe under StrictMode. */
  retain(_grid: string): () => void {
    throw new Error("being written");
  }
  listGrids(): Promise<readonly GridSummary[]> {
    throw new Error("being written");
  }
}

export function createClient(): Client {
  throw new Error("being written");
}
