import type { Arrangement } from "./arrangement.ts";

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
  /** records of this view, on all pages */
  readonly count: number;
  /** records of the replica, whether they match or not */
  readonly total: number;
}

/** Cuts the page on screen out of a pane's rows. */
export class PageMaker {
  readonly #rows = new Map<string, Row>();
  #page: Page = { rows: [], page: 0, pageSize: 100, count: 0, total: 0 };
  #asked = 0;
  #pageSize = 100;

  get page(): Page {
    return this.#page;
  }

  /** The index of the last row of the page on screen; of the first row where it has none. */
  get lastPlace(): number {
    const { rows, page, pageSize } = this.#page;
    return page * pageSize + Math.min(rows.length, pageSize - 1);
  }

  turn(page: number, pageSize: number): void {
    this.#asked = page;
    this.#pageSize = pageSize;
  }

  /** Cuts it anew; true when it is another one. Until all records are there, a page beyond the end may yet come. */
  make(arrangement: Arrangement, total: number, filled: boolean): boolean {
    const before = this.#page;
    const pageSize = this.#pageSize;
    const count = arrangement.length;
    const page = Math.max(0, Math.min(this.#asked, Math.ceil(count / pageSize) - 1));
    if (filled) this.#asked = page;
    const rows = arrangement.slice(page * pageSize, (page + 1) * pageSize).map((id) => this.#row(id));
    const same = rows.length === before.rows.length && rows.every((row, index) => row === before.rows[index]);
    const next = { rows: same ? before.rows : rows, page, pageSize, count, total };
    if ((Object.keys(next) as (keyof Page)[]).every((key) => next[key] === before[key])) return false;
    this.#page = next;
    return true;
  }

  #row(id: string): Row {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = Object.freeze({ id });
    this.#rows.set(id, row);
    return row;
  }
}
