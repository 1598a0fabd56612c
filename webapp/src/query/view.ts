import { realClock, type Clock } from "../sync/clock.ts";
import type { Replica } from "../sync/replica.ts";
import { Subscribers } from "../sync/subscribers.ts";
import type { Changes, ReplicaStatus } from "../sync/types.ts";
import { nextFrame, Pace, type NextFrame } from "./pace.ts";
import { PageMaker, type Page } from "./page.ts";
import { EVERYTHING, MANY, Standing } from "./standing.ts";
import type { Compiled } from "./table.ts";
import { NOTHING_WAITS, type Waiting } from "./waits.ts";

export type { Page, Row } from "./page.ts";
export { EVERYTHING } from "./standing.ts";
export type { Compiled } from "./table.ts";
export type { Waiting } from "./waits.ts";

/** What a view needs of a replica; `ids()` in natural order. */
export interface Source extends Pick<Replica, "ids" | "get" | "onChanges"> {
  readonly status: () => Pick<ReplicaStatus, "state">;
}

/** Why a pane stands still: a cell is being edited; or records come in, thousands a second, after the first. */
export type Hold = "editing" | "filling";

/**
 * One pane over a replica: which records, in which order, which page of them; kept up as records change.
 *
 * What others do never moves, adds or takes away a row while the pane is active (`active`, 2 s); it is counted
 * (`waiting`) and placed when the pane is quiet or by `settle`, and never moves the row with the cursor: that keeps
 * its index. What this pane's user does is placed as soon as the cursor is elsewhere. Time per edit does not grow
 * with the number of records, apart from a splice.
 */
export class View {
  readonly #source: Source;
  readonly #standing: Standing;
  readonly #pace: Pace;
  readonly #page = new PageMaker();
  readonly #listeners = new Set<() => void>();
  readonly #departures = new Subscribers<string>();
  #unsubscribe: (() => void) | null = null;
  /** ids to be looked at in the next frame */
  readonly #touched = new Set<string>();
  /** too many were touched to look at each: all is to be read anew when the pane may settle */
  #tooMany = false;
  /** the records are other ones: all is to be read anew in the next frame, quiet or not */
  #renewed = false;
  readonly #holds = new Set<Hold>();
  #waiting = NOTHING_WAITS;

  constructor(source: Source, frame: NextFrame = nextFrame, clock: Clock = realClock) {
    this.#source = source;
    this.#standing = new Standing(source, EVERYTHING);
    this.#pace = new Pace(frame, clock, () => this.#catchUp());
    this.#publish();
  }

  /** For `useSyncExternalStore`: the page on screen. */
  readonly snapshot = (): Page => this.#page.page;

  /** For `useSyncExternalStore`: what waits, the same object until it changes. */
  readonly waiting = (): Waiting => this.#waiting;

  /** Follows the replica while anyone listens; `fn` after each change of the page or of what waits. */
  readonly subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    if (this.#unsubscribe === null) {
      this.#unsubscribe = this.#source.onChanges((changes) => this.#note(changes));
      this.#renew(); // what happened while nobody listened is not known
    }
    return () => {
      this.#listeners.delete(fn);
      if (this.#listeners.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = null;
      this.#pace.stop();
    };
  };

  /** Filters and sorts anew, at once, and shows the first page or the one asked for. */
  ask(compiled: Compiled, page = 0): void {
    this.#standing.ask(compiled);
    this.#isRead();
    this.show(page, this.#page.page.pageSize);
  }

  /** Turns to a page, from 0; the last where it is beyond the end. */
  show(page: number, pageSize: number): void {
    this.#page.turn(page, pageSize);
    this.#publish();
  }

  /** All ids of this view, in its order. */
  ids(): readonly string[] {
    const { rows } = this.#standing;
    return rows.slice(0, rows.length);
  }

  /** Where the record stands among all of this view, from 0; -1 where it does not. */
  indexOf(id: string): number {
    return this.#standing.rows.indexOf(id);
  }

  /** Turns to the page on which the record stands, at once; false where it does not belong to this view. */
  reveal(id: string): boolean {
    const { rows } = this.#standing;
    if (!rows.has(id)) this.#standing.place([id]);
    const at = rows.indexOf(id);
    const { pageSize } = this.#page.page;
    if (at >= 0) this.#page.turn(Math.floor(at / pageSize), pageSize);
    this.#publish();
    return at >= 0;
  }

  /** While held, for whatever reason, nothing that others do moves a row; it shows afterwards. */
  hold(reason: Hold, held: boolean): void {
    if (held === this.#holds.has(reason)) return;
    if (held) this.#holds.add(reason);
    else this.#holds.delete(reason);
    if (reason === "editing") this.#pace.active();
    else this.#renew();
    this.#pace.soon();
  }

  /** Somebody is at this pane, by key, pointer or focus: nothing moves for 2 s. */
  active(): void {
    this.#pace.active();
  }

  /** The row with the cursor, which never moves. What its user has done to the row before it is placed at once. */
  cursor(id: string | null): void {
    if (id === this.#standing.cursor) return;
    const gone = this.#standing.moveCursor(id);
    this.#publish();
    this.#pace.soon(); // what waited for the cursor alone may be placed
    if (gone !== null) this.#departures.tell(gone);
  }

  /** `fn` when a row that this pane's user changed or made is elsewhere now, or nowhere, for the cursor has left it. */
  onDeparture(fn: (id: string) => void): () => void {
    return this.#departures.add(fn);
  }

  /** This pane's user has changed, deleted or restored them: they are placed as soon as the cursor is elsewhere. */
  own(ids: readonly string[]): void {
    this.#pace.active();
    const gone = this.#standing.placeOwn(ids);
    this.#publish();
    if (gone !== null) this.#departures.tell(gone);
  }

  /**
   * A record was made in this pane: until the cursor leaves it, it stands right behind `after`, whatever sort and
   * filter say; without `after` in the last row of the page on screen.
   */
  put(id: string, after: string | null): void {
    this.#pace.active();
    this.#standing.put(id, after, this.#page.lastPlace);
    this.#publish();
    this.#pace.soon();
  }

  /** Places everything that waits, now, but for the cursor's row. */
  settle(): void {
    this.#look();
    this.#settle();
    this.#publish();
  }

  #note(changes: Changes): void {
    if (changes.kind === "reset") return this.#renew();
    if (!this.#tooMany) for (const id of changes.touched) this.#touched.add(id);
    if (this.#touched.size > MANY) {
      this.#touched.clear();
      this.#tooMany = true;
    }
    this.#pace.soon();
  }

  #renew(): void {
    this.#renewed = true;
    this.#pace.soon();
  }

  #catchUp(): void {
    if (this.#holds.has("filling")) return;
    const still = this.#holds.has("editing");
    this.#look();
    if (this.#renewed || this.#tooMany || this.#standing.due) {
      if (!still && (this.#renewed || this.#pace.quiet)) this.#settle();
      else if (!still) this.#pace.whenQuiet();
    }
    this.#publish();
  }

  #look(): void {
    this.#standing.look(this.#touched);
    this.#touched.clear();
  }

  #settle(): void {
    this.#standing.settle(this.#renewed || this.#tooMany);
    this.#isRead();
  }

  /** All that was touched is placed. */
  #isRead(): void {
    this.#touched.clear();
    this.#tooMany = this.#renewed = false;
  }

  #publish(): void {
    const waiting = this.#standing.waiting(this.#waiting);
    // While it is held the rows are behind: a page beyond their end may be there all the same.
    const behind = this.#renewed || this.#holds.has("filling");
    const filled = !behind && this.#source.status().state === "complete";
    const turned = this.#page.make(this.#standing.rows, this.#source.ids().length, filled);
    const same = waiting === this.#waiting && !turned;
    this.#waiting = waiting;
    if (!same) for (const listener of [...this.#listeners]) listener();
  }
}
