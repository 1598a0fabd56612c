import type { FieldDescription } from "../protocol.ts";
import type { Replica } from "../sync/replica.ts";
import type { Changes, RecordView } from "../sync/types.ts";
import { atOnce, firstNot, type Steps } from "./inSlices.ts";
import { Ranks, type Moves } from "./ranks.ts";
import { foldedText } from "./search.ts";
import type { SortBy, Sorting } from "./sorting.ts";

type Fields = readonly FieldDescription[];
type Source = Pick<Replica, "ids" | "get" | "onChanges">;

/** A query that is ready to be asked. */
export interface Compiled {
  /** null: every record; `text`: what `searched` shows of it, folded, where that is known already */
  readonly matches: ((record: RecordView, text?: string) => boolean) | null;
  /** the fields that are searched, if any */
  readonly searched: Fields | null;
  /** null: the natural order, by id */
  readonly sorting: Sorting | null;
}

/** Who was found, in order. */
export interface Found {
  readonly ids: readonly string[];
  readonly records: readonly RecordView[];
}

/** So many records are read before work ahead may be left off; and so many texts are folded. */
const SLICE = 2000;
const FOLDED = 50;

/** What ranks may take; those used last are kept. Ahead a quarter of it is made: of a very large grid not much. */
const MOST_BYTES = 32e6;
const AHEAD = 1 / 4;

/**
 * All records of a replica in natural order and, by their places there, what questions about them need: their texts as
 * a search sees them, their ranks in the fields that they are sorted by. When somebody asks it follows what has
 * changed since: then only what belongs to the changed records is made anew.
 */
export class Table {
  readonly #source: Source;
  readonly #mostBytes: number;
  #ids: readonly string[] = [];
  #records: readonly RecordView[] = [];
  #isRead = false;
  /** of records that have changed since they were read; null: nobody has begun to read them */
  #touched: Set<string> | null = null;
  #texts: { readonly fields: Fields; readonly all: (string | undefined)[] } | null = null;
  /** by field, the one used last at the end */
  readonly #ranks = new Map<object, { readonly by: SortBy; readonly ranks: Ranks }>();

  constructor(source: Source, mostBytes = MOST_BYTES) {
    this.#source = source;
    this.#mostBytes = mostBytes;
    source.onChanges((changes) => this.#note(changes));
  }

  /** Those that match, sorted. */
  find({ matches, searched, sorting }: Compiled): Found {
    this.#follow();
    let places = this.#matching(matches, searched);
    // From the last key to the first: each sort leaves those with the same key as they stand.
    for (const by of sorting?.toReversed() ?? []) places = this.#ranksOf(by).sort(places, by.descending);
    return { ids: pick(this.#ids, places), records: pick(this.#records, places) };
  }

  /** Makes what a search of these fields will need, and sorts by others; of the latter as many as there is room for. */
  *ahead(searched: Fields, sorts: Sorting): Steps {
    if (!this.#isRead) yield* this.#read(SLICE);
    for (let place = 0; place < this.#records.length; place += 1) {
      this.#textsOf(searched)[place] ??= foldedText(this.#records[place] as RecordView, searched);
      if (place % FOLDED === 0) yield;
    }
    for (const by of sorts) if (!this.#ranks.has(by.of) && this.#hasRoom(AHEAD)) yield* this.#rankAhead(by);
  }

  *#rankAhead(by: SortBy): Steps {
    for (;;) {
      this.#follow();
      const records = this.#records;
      const ranks = yield* Ranks.of(by, records, SLICE);
      if (this.#records !== records) continue; // somebody has asked when records had changed
      this.#ranks.set(by.of, { by, ranks });
      return;
    }
  }

  #note(changes: Changes): void {
    if (changes.kind === "records") {
      if (this.#touched !== null) for (const id of changes.touched) this.#touched.add(id);
      return;
    }
    this.#isRead = false;
    this.#ids = this.#records = [];
    this.#touched = this.#texts = null;
    this.#ranks.clear();
  }

  *#read(slice: number): Steps {
    const touched = (this.#touched = new Set());
    const ids: string[] = [];
    const records: RecordView[] = [];
    for (const [index, id] of [...this.#source.ids()].entries()) {
      const record = this.#source.get(id);
      if (record !== undefined) {
        ids.push(id);
        records.push(record);
      }
      if (index % slice === 0) yield;
    }
    if (this.#touched !== touched) return; // somebody could not wait, or these are no longer the records
    this.#ids = ids;
    this.#records = records;
    this.#isRead = true;
  }

  /** Takes in what has changed. */
  #follow(): void {
    if (!this.#isRead) atOnce(this.#read(Infinity));
    const touched = this.#touched;
    if (touched === null || touched.size === 0) return;
    this.#touched = new Set();
    const { ids, moves } = this.#moved(touched);
    this.#ids = ids;
    this.#records = moves.records;
    const texts = this.#texts;
    if (texts !== null) {
      const all = pick(texts.all, moves.from);
      for (const place of moves.changed) all[place] = undefined;
      this.#texts = { ...texts, all };
    }
    for (const [of, { by, ranks }] of this.#ranks) {
      const followed = ranks.follow(by, moves);
      if (followed === null) this.#ranks.delete(of);
      else this.#ranks.set(of, { by, ranks: followed });
    }
  }

  #moved(touched: ReadonlySet<string>): { readonly ids: readonly string[]; readonly moves: Moves } {
    const [all, earlier] = [this.#source.ids(), this.#ids];
    const came = all.length !== earlier.length || all.some((id, place) => id !== earlier[place]);
    return came ? this.#merged(all, touched) : { ids: earlier, moves: this.#replaced(touched) };
  }

  /** Where none came or went, which is nearly always. */
  #replaced(touched: ReadonlySet<string>): Moves {
    const before = this.#records;
    const records = [...before];
    const changed = [...touched].map((id) => this.#placeOf(id)).filter((place) => place < before.length);
    for (const place of changed) records[place] = this.#source.get(this.#ids[place] as string) as RecordView;
    const from = new Int32Array(records.length);
    for (let place = 0; place < from.length; place += 1) from[place] = place; // much faster than from keys()
    return { before, records, from, changed };
  }

  #placeOf(id: string): number {
    return firstNot((place) => (this.#ids[place] as string) < id, 0, this.#ids.length);
  }

  #merged(
    all: readonly string[],
    touched: ReadonlySet<string>,
  ): { readonly ids: readonly string[]; readonly moves: Moves } {
    const [before, earlier] = [this.#records, this.#ids];
    const ids: string[] = [];
    const records: RecordView[] = [];
    const from: number[] = [];
    const changed: number[] = [];
    let next = 0;
    for (const id of all) {
      while (next < earlier.length && earlier[next] !== id && (earlier[next] as string) < id) next += 1;
      const at = earlier[next] === id ? next++ : -1;
      const record = at >= 0 && !touched.has(id) ? before[at] : this.#source.get(id);
      if (record === undefined) continue;
      if (at < 0 || record !== before[at]) changed.push(ids.length);
      from.push(at);
      ids.push(id);
      records.push(record);
    }
    return { ids, moves: { before, records, from: Int32Array.from(from), changed } };
  }

  #matching(matches: Compiled["matches"], searched: Fields | null): Uint32Array {
    const records = this.#records;
    const texts = searched && this.#textsOf(searched);
    const places = new Uint32Array(records.length);
    let count = 0;
    for (let place = 0; place < records.length; place += 1) {
      const record = records[place] as RecordView;
      const text = searched && texts ? (texts[place] ??= foldedText(record, searched)) : undefined;
      if (matches === null || matches(record, text)) places[count++] = place;
    }
    return places.subarray(0, count);
  }

  #textsOf(fields: Fields): (string | undefined)[] {
    if (this.#texts?.fields !== fields) this.#texts = { fields, all: [] };
    return this.#texts.all;
  }

  #ranksOf(by: SortBy): Ranks {
    const ranks = this.#ranks.get(by.of)?.ranks ?? atOnce(Ranks.of(by, this.#records, Infinity));
    this.#ranks.delete(by.of);
    for (const of of this.#ranks.keys()) if (!this.#hasRoom()) this.#ranks.delete(of);
    this.#ranks.set(by.of, { by, ranks });
    return ranks;
  }

  /** For one field more, in a part of what they may take. */
  #hasRoom(part = 1): boolean {
    return (this.#ranks.size + 1) * this.#records.length * Ranks.BYTES <= this.#mostBytes * part;
  }
}

function pick<T>(all: readonly T[], places: Uint32Array | Int32Array): T[] {
  const picked: T[] = [];
  for (const place of places) picked.push(all[place] as T);
  return picked;
}

/** Of sources that are there; each is followed for as long as it is. */
const tables = new WeakMap<Source, Table>();

export function tableOf(source: Source): Table {
  const known = tables.get(source) ?? new Table(source);
  tables.set(source, known);
  return known;
}
