import type { Access } from "../protocol.ts";
import { realClock, type Clock } from "./clock.ts";
import { Notes } from "./notes.ts";
import { Subscribers } from "./subscribers.ts";
import { Refused, type Wire } from "./wire.ts";

const KEPT = "rights";
const AGAIN_MS = 5_000;

export interface RightsOptions {
  readonly wire: Pick<Wire, "live" | "onLive">;
  /** asks the server; rejects with `Refused` */
  readonly ask: () => Promise<Access>;
  /** what the key is, as a number: what was kept of another one says nothing */
  readonly access: () => number;
  readonly clock?: Clock;
  /** where it is kept what it was last */
  readonly notes?: Notes;
}

/**
 * What the key of this page may, asked for with each connection. Without an answer it is what it last was on this
 * device, else everything: it is the server that refuses, and nothing of what was edited is lost by that (R10).
 */
export class Rights {
  private now: Access | null;
  private readonly notes: Notes;
  private asked = 0;
  private readonly listeners = new Subscribers<void>();

  constructor(private readonly options: RightsOptions) {
    this.notes = options.notes ?? new Notes();
    this.now = this.kept();
    options.wire.onLive((live) => live && void this.ask());
  }

  /** The same object until it is another; null: never told. */
  readonly snapshot = (): Access | null => this.now;

  readonly subscribe = (fn: () => void): (() => void) => this.listeners.add(fn);

  /** Whether edits of this grid may be tried. */
  mayEdit(grid: string): boolean {
    const { now } = this;
    return now === null || (now.role === "edit" && (now.grid === null || now.grid === grid));
  }

  private async ask(): Promise<void> {
    const { ask, wire, clock = realClock } = this.options;
    const asked = (this.asked += 1);
    const isOurs = (): boolean => asked === this.asked && wire.live;
    try {
      const { keyed, name, role, grid, may_share } = await ask();
      if (isOurs()) this.take({ keyed, name, role, grid, may_share });
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      if (thrown.error.retry) clock.after(AGAIN_MS, () => isOurs() && void this.ask());
    }
  }

  private take(told: Access): void {
    if (JSON.stringify(told) === JSON.stringify(this.now)) return;
    this.now = told;
    const { access } = this.options;
    this.notes.write(KEPT, JSON.stringify({ access: access(), rights: told } satisfies Kept));
    this.listeners.tell();
  }

  private kept(): Access | null {
    try {
      const { access, rights } = JSON.parse(this.notes.read(KEPT) ?? "{}") as Partial<Kept>;
      return access === this.options.access() ? (rights ?? null) : null;
    } catch {
      return null; // somebody else has written there
    }
  }
}

interface Kept {
  readonly access: number;
  readonly rights: Access;
}
