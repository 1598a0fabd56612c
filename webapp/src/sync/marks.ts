import type { Author, Fields, HistoryEntry, Json } from "../protocol.ts";
import { WHOLE } from "./seen.ts";
import { sameValue } from "./values.ts";

/** The last who did something to it. */
export interface Last {
  readonly author: Author;
  /** ISO 8601 */
  readonly at: string;
  readonly revision: number;
}

/** A field that is not what it was when its user saw it last. */
export interface FieldMark {
  /** what it was then; null: empty */
  readonly before: Json;
  readonly last: Last;
}

/** What others did to a record while its user was away; the same object until something of it changes. */
export interface RecordMark {
  readonly id: string;
  readonly kind: "added" | "restored" | "changed" | "deleted";
  readonly last: Last;
  /** of a changed one, at least one */
  readonly fields: ReadonlyMap<string, FieldMark>;
  /** of a deleted one, as it was then */
  readonly previous: Fields | null;
}

export type PastChange = Omit<HistoryEntry, "mutation_id">;

/** What is to be known of a change beside it. */
export interface Circumstances {
  /** by the user who was away */
  readonly own: boolean;
  /** made while nobody looked: only that makes new marks, others change or end those that are there */
  readonly away: boolean;
  /** of an add: the record had been there before */
  readonly again: boolean;
  /** whether its user has seen that of a field, or of the record as a whole (`WHOLE`) */
  readonly seen: (field: string) => boolean;
}

const NO_FIELDS: ReadonlyMap<string, FieldMark> = new Map();

const lastOf = ({ author, at, revision }: PastChange): Last => ({ author, at, revision });

/** In how many places something is to be seen. */
export const placesOf = ({ kind, fields }: RecordMark): number => (kind === "changed" ? fields.size : 1);

/** By whom each of them was changed last. */
export const lastsOf = ({ kind, fields, last }: RecordMark): readonly Last[] =>
  kind === "changed" ? [...fields.values()].map((field) => field.last) : [last];

/** Condenses changes, which come in order, to what is left of them per record and field. */
export class Marks {
  private readonly records = new Map<string, RecordMark>();

  get size(): number {
    return this.records.size;
  }

  get(id: string): RecordMark | undefined {
    return this.records.get(id);
  }

  all(): readonly RecordMark[] {
    return [...this.records.values()];
  }

  clear(): void {
    this.records.clear();
  }

  /** A field's mark is gone, or all of the record. */
  drop(id: string, field: string = WHOLE): void {
    const held = this.records.get(id);
    if (held === undefined) return;
    if (field === WHOLE || held.kind !== "changed") this.records.delete(id);
    else this.put(held, new Map([...held.fields].filter(([name]) => name !== field)));
  }

  apply(change: PastChange, how: Circumstances): void {
    // Whoever writes there has seen what was there.
    if (how.own) this.dropOwn(change);
    else if (how.seen(WHOLE)) this.drop(change.id);
    else if (change.kind === "update") this.update(change, how);
    else if (change.kind === "delete") this.delete(change, how);
    else this.add(change, how);
  }

  private dropOwn({ id, kind, fields }: PastChange): void {
    if (kind !== "update") this.drop(id);
    else for (const name of Object.keys(fields ?? {})) this.drop(id, name);
  }

  private update(change: PastChange, { away, seen }: Circumstances): void {
    const held = this.records.get(change.id);
    if (held !== undefined && held.kind !== "changed") return this.still(held, change);
    const fields = new Map(held?.fields);
    for (const [name, value] of Object.entries(change.fields ?? {})) {
      const known = fields.get(name);
      fields.delete(name);
      if (seen(name) || (known === undefined && !away)) continue;
      const before = known === undefined ? (change.previous?.[name] ?? null) : known.before;
      if (!sameValue(before, value)) fields.set(name, { before, last: lastOf(change) });
    }
    this.put({ id: change.id }, fields);
  }

  /** All of it is new as it is: whoever sees it sees this too. */
  private still(held: RecordMark, { id, revision }: PastChange): void {
    this.records.set(id, { ...held, last: { ...held.last, revision } });
  }

  private delete(change: PastChange, { away }: Circumstances): void {
    const { id, previous } = change;
    const held = this.records.get(id);
    if (held === undefined && !away) return;
    // Who was away has never seen one that came and went.
    if (held !== undefined && held.kind !== "changed") return void this.records.delete(id);
    const fields = held?.fields ?? NO_FIELDS; // it may come back
    this.records.set(id, { id, kind: "deleted", last: lastOf(change), fields, previous: previous ?? {} });
  }

  private add(change: PastChange, { away, again }: Circumstances): void {
    const { id } = change;
    const held = this.records.get(id);
    if (held !== undefined) return this.put(held, held.fields); // back, as it was when it was deleted
    if (!away) return;
    const kind = again ? "restored" : "added";
    this.records.set(id, { id, kind, last: lastOf(change), fields: NO_FIELDS, previous: null });
  }

  private put({ id }: { readonly id: string }, fields: ReadonlyMap<string, FieldMark>): void {
    const [first, ...others] = [...fields.values()].map(({ last }) => last);
    if (first === undefined) return void this.records.delete(id);
    const last = others.reduce((a, b) => (b.revision > a.revision ? b : a), first);
    this.records.set(id, { id, kind: "changed", last, fields, previous: null });
  }
}
