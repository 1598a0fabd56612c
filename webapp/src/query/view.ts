import type { Replica } from "../sync/replica.ts";
import type { Changes } from "../sync/types.ts";
import { Order, type Sorting } from "./order.ts";

/** What a grid is handed: it carries the id only, and is the same object for as long as its view lives. */
export interface Row {
  readonly id: string;
}

/** A snapshot for `useSyncExternalStore`: `rows` is the same array until the page's members or order change. */
export interface Page {
  readonly rows: readonly Row[];
  /** from 0 */
  readonly page: number;
  readonly pageSize: number;
  /** records on all pages */
  readonly count: number;
}

/** What a view needs of a replica. */
export type Source = Pick<Replica, "ids" | "get" | "onChanges">;

/** Runs `fn` before the next frame; returns what calls it off. */
export type NextFrame = (fn: () => void) => () => void;

export const nextFrame: NextFrame = (fn) => {
  const request = requestAnimationFrame(fn);
  return () => cancelAnimationFrame(request);
};

/** Why a pane stands still: a cell is being edited; or records come in, thousands a second, after the first. */
export type Hold = "editing" | "filling";

/** From here on sorting anew is cheaper than placing one by one. */
const MANY = 2000;

/**
 * One pane's page over a replica: its order, kept up as records change, and the rows of the page on screen.
 *
 * Members and order are looked at once per frame at most, and not at all while the pane is held, so that the
 * row in edit never moves.
 */
export class View {
  readonly #source: Source;
  readonly #nextFrame: NextFrame;
  readonly #rows = new Map<string, Row>();
  readonly #listeners = new Set<() => void>();
  #sorting: Sorting | null = null;
  #order: Order;
  /** ids to be placed at the next frame; null: all */
  #touched: Set<string> | null = new Set();
  #cancel: (() => void) | null = null;
  #unsubscribe: (() => void) | null = null;
  readonly #holds = new Set<Hold>();
  #page: Page = { rows: [], page: 0, pageSize: 100, count: 0 };

  constructor(source: Source, frame: NextFrame = nextFrame) {
    this.#source = source;
    this.#nextFrame = frame;
    this.#order = new Order(null, source.ids());
    this.#publish(0, this.#page.pageSize);
  }

  readonly snapshot = (): Page => this.#page;

  /** Follows the replica while anyone listens. */
  readonly subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    if (this.#unsubscribe === null) {
      this.#unsubscribe = this.#source.onChanges((changes) => this.#note(changes));
      this.#touchAll();
    }
    return () => {
      this.#listeners.delete(fn);
      if (this.#listeners.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = null;
      this.#cancel?.();
      this.#cancel = null;
    };
  };

  show(page: number, pageSize: number): void {
    this.#publish(page, pageSize);
  }

  /** Sorts anew; null is the natural order, by id. */
  sort(sorting: Sorting | null): void {
    this.#sorting = sorting;
    this.#touched = null;
    this.#settle();
  }

  /** While held, for whatever reason, nothing moves, enters or leaves; what happened meanwhile shows afterwards. */
  hold(reason: Hold, held: boolean): void {
    if (held) this.#holds.add(reason);
    else this.#holds.delete(reason);
    this.#schedule();
  }

  /** Turns to the page on which the record stands. */
  reveal(id: string): void {
    this.#settle();
    const at = this.#order.indexOf(id);
    if (at >= 0) this.#publish(Math.floor(at / this.#page.pageSize), this.#page.pageSize);
  }

  #note(changes: Changes): void {
    if (changes.kind === "reset") {
      this.#touchAll();
      return;
    }
    for (const id of changes.touched) this.#touched?.add(id);
    this.#schedule();
  }

  #touchAll(): void {
    this.#touched = null;
    this.#schedule();
  }

  #schedule(): void {
    const idle = this.#touched !== null && this.#touched.size === 0;
    if (this.#holds.size > 0 || idle || this.#cancel !== null) return;
    this.#cancel = this.#nextFrame(() => {
      this.#cancel = null;
      if (this.#holds.size === 0) this.#settle();
    });
  }

  #settle(): void {
    const touched = this.#touched;
    this.#touched = new Set();
    if (touched === null || touched.size > MANY) this.#order = new Order(this.#sorting, this.#source.ids());
    else if (!this.#placeAll(touched)) return;
    this.#publish(this.#page.page, this.#page.pageSize);
  }

  #placeAll(ids: Iterable<string>): boolean {
    let moved = false;
    for (const id of ids) {
      const record = this.#source.get(id);
      moved = this.#order.place(id, record !== undefined && !record.deleted) || moved;
    }
    return moved;
  }

  #publish(asked: number, pageSize: number): void {
    const count = this.#order.ids.length;
    const page = Math.max(0, Math.min(asked, Math.ceil(count / pageSize) - 1));
    const rows = this.#order.ids.slice(page * pageSize, (page + 1) * pageSize).map((id) => this.#row(id));
    const before = this.#page;
    const same = rows.length === before.rows.length && rows.every((row, index) => row === before.rows[index]);
    if (same && page === before.page && pageSize === before.pageSize && count === before.count) return;
    this.#page = { rows: same ? before.rows : rows, page, pageSize, count };
    for (const listener of this.#listeners) listener();
  }

  #row(id: string): Row {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = Object.freeze({ id });
    this.#rows.set(id, row);
    return row;
  }
}
