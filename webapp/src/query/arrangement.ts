import type { RecordView } from "../sync/types.ts";
import type { Order } from "./order.ts";

/** A row that stands at an index of its own, whatever the order says. */
interface Held {
  readonly id: string;
  at: number;
}

/**
 * A pane's rows as they stand: an order, and over it the few rows that are held elsewhere (the cursor's, those just
 * made). Indices count both.
 */
export class Arrangement {
  readonly #order: Order;
  /** by index */
  readonly #held: Held[] = [];

  constructor(order: Order) {
    this.#order = order;
  }

  get length(): number {
    return this.#order.ids.length + this.#held.length;
  }

  /** The ids of the held rows. */
  get held(): readonly string[] {
    return this.#held.map(({ id }) => id);
  }

  /** The last id of the order itself. */
  get last(): string | undefined {
    return this.#order.ids.at(-1);
  }

  has(id: string): boolean {
    return this.#held.some((held) => held.id === id) || this.#order.has(id);
  }

  indexOf(id: string): number {
    const held = this.#held.find((each) => each.id === id);
    if (held !== undefined) return held.at;
    const at = this.#order.indexOf(id);
    return at < 0 ? at : this.#over(at);
  }

  /** The ids from one index up to another. */
  slice(from: number, to: number): readonly string[] {
    const before = this.#held.filter((held) => held.at < from).length;
    const ids = this.#order.ids.slice(from - before, to - before);
    for (const { id, at } of this.#held) if (at >= from && at < to) ids.splice(at - from, 0, id);
    return ids.slice(0, to - from);
  }

  /** The ids that stand beside this one in the order itself. */
  beside(id: string): readonly string[] {
    const at = this.#order.indexOf(id);
    const ids = [this.#order.ids[at - 1], this.#order.ids[at + 1]];
    return at < 0 ? [] : ids.filter((each) => each !== undefined);
  }

  /** Takes the row out; those behind it close up. */
  remove(id: string): void {
    const at = this.indexOf(id);
    if (at < 0) return;
    const held = this.#held.findIndex((each) => each.id === id);
    if (held >= 0) this.#held.splice(held, 1);
    else this.#order.remove(id);
    for (const each of this.#held) if (each.at > at) each.at -= 1;
  }

  /** Puts in a record, which is not in, where it belongs. */
  insert(record: RecordView): void {
    const at = this.#over(this.#order.insert(record));
    for (const held of this.#held) if (held.at >= at) held.at += 1;
  }

  /** Lets a row, which may be in or not, stand at this index. */
  hold(id: string, index: number): void {
    this.remove(id);
    const at = Math.min(index, this.length);
    for (const held of this.#held) if (held.at >= at) held.at += 1;
    this.#held.push({ id, at });
    this.#held.sort((a, b) => a.at - b.at);
  }

  /** Whether the row, which is in, stands where its record belongs; if so, it is held no longer. */
  stay(record: RecordView): boolean {
    const { id } = record;
    const place = this.#held.findIndex((each) => each.id === id);
    if (place < 0) return this.#order.stay(record);
    const held = this.#held[place] as Held;
    if (this.#order.gapOf(record) !== held.at - place) return false;
    this.#held.splice(place, 1);
    this.#order.insert(record);
    return true;
  }

  /** The index of what stands at `at` in the order itself. */
  #over(at: number): number {
    let index = at;
    for (const held of this.#held) if (held.at <= index) index += 1;
    return index;
  }
}
