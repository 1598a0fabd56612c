import type { GridSummary } from "../protocol.ts";
import { realClock, type Clock } from "./clock.ts";
import { Away } from "./away.ts";
import type { Connection } from "./connection.ts";
import type { CopyStorage } from "./copyStorage.ts";
import { fetchExport, type ExportFormat } from "./exporting.ts";
import { History } from "./history.ts";
import type { KeptList } from "./keptList.ts";
import type { Pages } from "./pages.ts";
import { Replica } from "./replica.ts";
import type { Rights } from "./rights.ts";
import { LocalSeen, type SeenStore } from "./seen.ts";
import { documentSight, type Sight } from "./sight.ts";
import type { OutboxStorage, Waiting } from "./storage.ts";
import { Subscribers } from "./subscribers.ts";
import { textOf } from "./unsent.ts";

export interface ClientOptions {
  readonly connection: Connection;
  readonly storage: OutboxStorage;
  /** where confirmed records are kept */
  readonly copies?: CopyStorage;
  /** where the list of grids is kept */
  readonly list?: KeptList;
  /** where it is kept how much its user has seen */
  readonly seen?: SeenStore;
  readonly sight?: Sight;
  readonly clock?: Clock;
  /** a grid with more records is not opened */
  readonly maxRecords?: number | undefined;
  /** where more than a page of records comes from */
  readonly pages?: Pages | undefined;
  /** what the key of the link may; by default everything */
  readonly rights?: Rights;
  /** what else ends with it */
  readonly end?: () => Promise<void>;
}

const NOTHING: Waiting = { unsent: [], kept: [] };

/** Long enough for another pane, or StrictMode's second mount, to take over. */
const LINGER_MS = 1_000;

/** The one object the page makes: a connection, and a replica for each grid that is looked at. */
export class Client {
  readonly connection: Connection;
  /** what this page's user has done, in all grids */
  readonly history = new History();
  readonly rights: Rights | null;
  private readonly replicas = new Map<string, Replica>();
  private readonly aways = new Map<string, Away>();
  private readonly holders = new Map<string, number>();
  private readonly opened = new Subscribers<void>();
  private readonly closing = new Subscribers<void>();
  private every: readonly Replica[] = [];

  constructor(private readonly options: ClientOptions) {
    this.connection = options.connection;
    this.rights = options.rights ?? null;
    this.connection.onLive((live) => live && this.inherit());
    // What a tab that is gone left, and this one has taken over, may be of grids that nobody looks at here.
    options.storage.onMoved(() => void this.resume());
  }

  /** Makes it at the first call; every pane gets the same one. It is quiet until retained. */
  replica(grid: string): Replica {
    const known = this.replicas.get(grid);
    if (known !== undefined) return known;
    const { connection: wire, storage, copies, clock, maxRecords, pages } = this.options;
    const replica = new Replica({
      grid,
      wire,
      storage,
      copies,
      maxRecords,
      pages,
      history: this.history,
      ...(clock && { clock }),
    });
    this.replicas.set(grid, replica);
    this.every = [...this.replicas.values()];
    queueMicrotask(() => this.opened.tell()); // not while React renders, which makes replicas
    return replica;
  }

  /** What others did in the grid while its user was away; one for all panes. */
  away(grid: string): Away {
    const known = this.aways.get(grid);
    if (known !== undefined) return known;
    const {
      connection: wire,
      clock = realClock,
      seen = new LocalSeen(),
      sight = documentSight,
    } = this.options;
    const user = (): string => this.connection.identity.user;
    const away = new Away({ replica: this.replica(grid), wire, clock, seen, sight, user });
    this.aways.set(grid, away);
    return away;
  }

  /** Every replica made so far, those too that nobody looks at: edits may wait in any. Another array with each new one. */
  all(): readonly Replica[] {
    return this.every;
  }

  /** `fn` when `all()` has another one. */
  onReplica(fn: () => void): () => void {
    return this.opened.add(fn);
  }

  /**
   * Joins the grid while at least one retains it, and then until nothing is unsent. Returns the release, to be
   * called once.
   */
  retain(grid: string): () => void {
    this.holders.set(grid, this.held(grid) + 1);
    void this.replica(grid).start();
    return () => {
      this.holders.set(grid, this.held(grid) - 1);
      (this.options.clock ?? realClock).after(LINGER_MS, () => this.leave(grid));
    };
  }

  /** Sends what earlier tabs left in any grid, those too that nobody looks at now; what waits for the user is told. */
  async resume(): Promise<void> {
    // A disk that cannot be read is told by each grid's own outbox.
    const { unsent, kept } = await this.options.storage.grids().catch(() => NOTHING);
    for (const grid of unsent) {
      const release = this.retain(grid);
      await this.replica(grid).start();
      release();
    }
    for (const grid of kept) await this.replica(grid).recall();
  }

  /** The same for tabs that are closed while this page is open, and live: offline they may only be loaded again. */
  inherit(): void {
    const { connection, storage } = this.options;
    storage.inherit(() => connection.live).catch(() => undefined); // told by each grid's own outbox
  }

  /** The page may be on its way out: what is confirmed goes to the disk at once, and how much of it was seen. */
  flush(): void {
    for (const replica of this.every) replica.flush();
    for (const away of this.aways.values()) away.flush();
  }

  /**
   * The end: nothing is joined, sent or written any more. What is not sent is left on the disk, where there is one, for
   * the next client.
   */
  async close(): Promise<void> {
    this.closing.tell();
    this.flush();
    for (const replica of this.every) replica.stop();
    this.connection.stop();
    await this.options.end?.();
  }

  /** `fn` when it is closed. */
  onClose(fn: () => void): () => void {
    return this.closing.add(fn);
  }

  private leave(grid: string): void {
    const replica = this.replica(grid);
    const isOver = (): boolean => {
      if (this.held(grid) > 0) return true;
      if (replica.status().unsent > 0) return false;
      replica.stop();
      return true;
    };
    if (isOver()) return;
    const off = replica.subscribe(() => {
      if (isOver()) off();
    });
  }

  /** Rejects as `Wire.request` does. */
  async listGrids(): Promise<readonly GridSummary[]> {
    const { grids } = await this.connection.request("list_grids", {});
    this.options.list?.keep(grids);
    return grids;
  }

  /** The grids there were when the server last said so, as this device has kept it; null where it has not. */
  lastGrids(): readonly GridSummary[] | null {
    return this.options.list?.kept() ?? null;
  }

  /** Whether edits of this grid may be tried: nobody has said that its key may not. */
  mayEdit(grid: string): boolean {
    return this.rights?.mayEdit(grid) ?? true;
  }

  /** Edits of all replicas that the server has not confirmed or not taken. */
  unsentCount(): number {
    return this.unsentLines().length;
  }

  /** The same as text for a person to keep: a heading, then a line of JSON each. Empty without any. */
  unsentText(): string {
    return textOf(this.unsentLines());
  }

  private unsentLines(): string[] {
    return [...this.replicas.values()].flatMap((replica) => replica.unsentLines());
  }

  /** All records of the grid as the server has them, as a file. Rejects with `Refused`. */
  exportGrid(grid: string, format: ExportFormat): Promise<Blob> {
    return fetchExport(this.connection.server, grid, format);
  }

  private held(grid: string): number {
    return this.holders.get(grid) ?? 0;
  }
}
