import type { Replica } from "../sync/replica.ts";
import { isUntaken, type RecordView } from "../sync/types.ts";
import { Arrangement } from "./arrangement.ts";
import { Order } from "./order.ts";
import { tableOf, type Compiled } from "./table.ts";
import { Waits, type Wait, type Waiting } from "./waits.ts";

export const EVERYTHING: Compiled = { matches: null, searched: null, sorting: null };

/** From here on sorting anew is cheaper than placing one by one. */
export const MANY = 2000;

/**
 * Which rows of a pane stand where, and which of them wait to be placed. When to place them is the view's to say.
 *
 * A row stands where it was placed, although its record may have changed, left or gone since. The row with the cursor
 * keeps its index, and a row just made the index where it was made, whatever happens around them.
 */
export class Standing {
  readonly #source: Pick<Replica, "ids" | "get" | "onChanges">;
  #compiled: Compiled;
  #rows: Arrangement;
  readonly #waits = new Waits();
  #cursor: string | null = null;
  /** changed by this pane's user, to be placed when the cursor leaves it */
  #own = false;
  /** stand where they were made until the cursor leaves them */
  readonly #made = new Set<string>();

  constructor(source: Pick<Replica, "ids" | "get" | "onChanges">, compiled: Compiled) {
    this.#source = source;
    this.#compiled = compiled;
    this.#rows = this.#arrange();
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  get rows(): Arrangement {
    return this.#rows;
  }

  /** Whether anything is there to be settled. */
  get due(): boolean {
    return this.#waits.size > 0;
  }

  /** What waits and would be placed by `settle`, by others' doing; `before` itself where it is the same. */
  waiting(before: Waiting): Waiting {
    const without = new Set(this.#made);
    if (this.#cursor !== null) without.add(this.#cursor);
    return this.#waits.counts(without, before);
  }

  /** Filters and sorts anew, and lets no row keep its place. */
  ask(compiled: Compiled): void {
    this.#compiled = compiled;
    this.#own = false;
    this.#made.clear();
    this.#arrangeAnew();
  }

  /** Moves the cursor; the row that it leaves is placed if it is one's own doing. Returns it if it went elsewhere. */
  moveCursor(id: string | null): string | null {
    const before = this.#cursor;
    const place = before !== null && (this.#own || this.#made.has(before));
    this.#cursor = id;
    this.#own = false;
    return place ? this.placeOwn([before]) : null;
  }

  /** The same as `place`; returns the id if it was one, and went elsewhere. */
  placeOwn(ids: readonly string[]): string | null {
    const [id] = ids;
    const at = id === undefined ? -1 : this.#rows.indexOf(id);
    this.place(ids);
    return id === undefined || ids.length > 1 || this.#rows.indexOf(id) === at ? null : id;
  }

  /** Places what this pane's user did, but for the cursor's row. Those beside may then stand right. */
  place(ids: readonly string[]): void {
    const placed = ids.filter((id) => id !== this.#cursor);
    if (placed.length < ids.length) this.#own = true;
    if (placed.length > MANY) return this.settle(true);
    const beside = placed.flatMap((id) => this.#rows.beside(id));
    for (const id of placed) this.#placeOne(id);
    this.look([...beside, ...this.#rows.held].filter((id) => this.#waits.get(id) === "moved"));
  }

  /** Lets a record that was just made stand right behind another, or else at an index. */
  put(id: string, after: string | null, at: number): void {
    if (this.#source.get(id)?.deleted !== false) return;
    this.#rows.remove(id);
    const behind = after === null ? -1 : this.#rows.indexOf(after);
    this.#rows.hold(id, behind < 0 ? at : behind + 1);
    this.look([id]);
    if (this.#waits.get(id) !== undefined) this.#made.add(id); // else it stands right there anyway
  }

  /** Everything where it belongs, and the cursor's row where it was; all of it read anew, or what waits. */
  settle(anew: boolean): void {
    const cursor = this.#cursor;
    const at = cursor === null ? -1 : this.#rows.indexOf(cursor);
    if (anew || this.#waits.size > MANY) this.#arrangeAnew();
    else {
      if (cursor !== null) this.#takeOut(cursor);
      for (const id of this.#waits.ids) this.#placeOne(id); // held rows wait too, as long as they are held
    }
    for (const id of this.#made) if (id !== cursor) this.#made.delete(id);
    if (cursor === null || at < 0 || this.#source.get(cursor) === undefined) return;
    this.#rows.hold(cursor, at);
    this.look([cursor]);
  }

  /** Finds out what these wait for now, and those beside them that may have waited for them. */
  look(ids: Iterable<string>): void {
    const queue = [...ids];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const wait = this.#waitOf(id);
      this.#waits.set(id, wait);
      if (wait !== null || !this.#waits.someMoved) continue;
      const others = [...this.#rows.beside(id), ...this.#rows.held];
      queue.push(...others.filter((each) => this.#waits.get(each) === "moved"));
    }
  }

  #waitOf(id: string): Wait | null {
    const record = this.#source.get(id);
    const present = this.#present(id);
    if (!this.#rows.has(id)) return present === undefined || this.#append(present) ? null : "added";
    if (record === undefined || record.deleted) return isUntaken(record) ? "untaken" : "deleted";
    if (present === undefined) return "gone";
    return this.#rows.stay(present) ? null : "moved";
  }

  /** At the end of the natural order a record moves nothing: it shows at once. */
  #append(record: RecordView): boolean {
    const { matches, sorting } = this.#compiled;
    if (matches !== null || sorting !== null || record.id < (this.#rows.last ?? "")) return false;
    this.#rows.insert(record);
    return true;
  }

  #placeOne(id: string): void {
    this.#takeOut(id);
    this.#made.delete(id);
    const record = this.#present(id);
    if (record !== undefined) this.#rows.insert(record);
  }

  #takeOut(id: string): void {
    this.#rows.remove(id);
    this.#waits.set(id, null);
  }

  #arrangeAnew(): void {
    this.#rows = this.#arrange();
    this.#waits.clear();
  }

  #arrange(): Arrangement {
    const { matches, sorting } = this.#compiled;
    if (matches === null && sorting === null) return new Arrangement(new Order(null, this.#source.ids()));
    const { ids, records } = tableOf(this.#source).find(this.#compiled);
    return new Arrangement(new Order(sorting, ids, records));
  }

  /** The record, if it belongs to this view. */
  #present(id: string): RecordView | undefined {
    const record = this.#source.get(id);
    const { matches } = this.#compiled;
    return record !== undefined && !record.deleted && (matches === null || matches(record))
      ? record
      : undefined;
  }
}
