import type { Cell } from "../protocol.ts";
import type { Clock } from "./clock.ts";
import { RequestFailed, type Wire } from "./wire.ts";

interface Here {
  readonly cell: Cell | null;
  readonly editing: boolean;
}

/** The server forgets a cell after 25 s. */
const REPEAT_MS = 10_000;
/** Somebody who runs through cells with an arrow key tells of the last one. */
const PAUSE_MS = 100;

const NOWHERE: Here = { cell: null, editing: false };

const isSame = (a: Here, b: Here): boolean =>
  a.editing === b.editing && a.cell?.id === b.cell?.id && a.cell?.field === b.cell?.field;

/** Tells the others of a grid at which cell this tab's user is, as long as it holds. */
export class Whereabouts {
  private here = NOWHERE;
  private told = NOWHERE;
  private joined = false;
  /** the next telling; `soon`: of something new */
  private due: { readonly soon: boolean; readonly cancel: () => void } | null = null;

  constructor(
    private readonly grid: string,
    private readonly wire: Wire,
    private readonly clock: Clock,
  ) {}

  set(cell: Cell | null, editing: boolean): void {
    this.here = { cell, editing };
    if (this.joined && this.due?.soon !== true && !isSame(this.here, this.told)) this.tellIn(PAUSE_MS, true);
  }

  /** In a new session, or in none: nobody has been told anything. */
  session(joined: boolean): void {
    this.joined = joined;
    this.told = NOWHERE;
    this.cancel();
    if (joined && this.here.cell !== null) this.tell();
  }

  private tell(): void {
    this.cancel();
    const { here, grid } = this;
    if (here.cell === null && isSame(here, this.told)) return;
    this.told = here;
    // Unanswered it does no harm: the next one tells all of it again.
    this.wire.request("set_presence", { grid, ...here }).catch((thrown: unknown) => {
      if (!(thrown instanceof RequestFailed)) throw thrown;
    });
    if (here.cell !== null) this.tellIn(REPEAT_MS, false);
  }

  private tellIn(ms: number, soon: boolean): void {
    this.cancel();
    this.due = { soon, cancel: this.clock.after(ms, () => this.tell()) };
  }

  private cancel(): void {
    this.due?.cancel();
    this.due = null;
  }
}
