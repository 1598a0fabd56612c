import type { Fields, Json, Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { Outbox } from "./outbox.ts";
import { Removals } from "./removals.ts";
import { InvalidValue, type RecordView } from "./types.ts";
import { uuid7 } from "./uuid.ts";
import { compact, explicit, flawsOf, overlay, sameFields } from "./values.ts";

/** Turns what the user does into mutations: chained, folded, checked against the wire's limits (R8, R10). */
export class Edits {
  readonly removals: Removals;

  constructor(
    private readonly outbox: Outbox,
    private readonly view: (id: string) => RecordView | undefined,
    private readonly now: () => number,
  ) {
    this.removals = new Removals(outbox, view, () => this.uuid());
  }

  /** The mutation's id, or null when there is nothing to do. Throws `InvalidValue`. */
  update(id: string, patch: Fields, was: Fields): string | null {
    check(patch);
    const fields = explicit(patch);
    const draft = this.outbox.of(id).find((entry) => !entry.open && entry.type === "add_record");
    if (draft !== undefined) return this.extend(draft, fields);
    const near = this.nearest(id, (entry) => Object.keys(fields).some((field) => entry.covers(field)));
    if (near?.waiting && near.type === "add_record") return this.extend(near, fields);
    if (near?.waiting && sameKeys(near.fields, fields)) return this.fold(near, fields);
    const { first, stored } = this.chained(id, fields, was);
    if (sameFields(fields, first)) {
      this.supersede(id, fields, []);
      return null;
    }
    const mutation: Mutation = { type: "update_record", mutation_id: this.uuid(), id, fields, was: first };
    const added = this.outbox.prepare([mutation]);
    for (const field of stored) added[0]!.seenStored.add(field);
    this.supersede(id, fields, added);
    return mutation.mutation_id;
  }

  /** The new records' ids, in order; one step on disk. Throws `InvalidValue`, and then adds none. */
  addAll(records: readonly Fields[]): readonly string[] {
    records.forEach(check);
    const ids = records.map(() => this.uuid());
    const mutations = records.map((fields, i): Mutation => ({
      type: "add_record",
      mutation_id: this.uuid(),
      id: ids[i]!,
      fields: compact(fields),
    }));
    this.outbox.change({ add: this.outbox.prepare(mutations) });
    return ids;
  }

  settle(mutationId: string): void {
    const entry = this.outbox.get(mutationId);
    if (entry !== undefined && !entry.open) this.outbox.change({ drop: [entry] });
  }

  /** Again under its own id where that is undecided, else as a new mutation over what is shown now. */
  retry(mutationId: string, patch: Fields = {}): string | null {
    const entry = this.outbox.get(mutationId);
    if (entry?.stored.kept === undefined) return null;
    if (entry.stored.kept.renew || Object.keys(patch).length > 0) return this.renew(entry, patch);
    this.outbox.revive(entry);
    return mutationId;
  }

  private renew(entry: Entry, patch: Fields): string | null {
    check(patch);
    const { record } = entry;
    const mutation_id = this.uuid();
    const fields = { ...entry.fields, ...explicit(patch) };
    const shown = this.view(record)?.fields ?? {};
    const was = Object.fromEntries(Object.keys(fields).map((field) => [field, shown[field] ?? null]));
    const again: Record<Entry["type"], () => string | null> = {
      add_record: () =>
        this.replace(entry, { type: "add_record", mutation_id, id: record, fields: compact(fields) }),
      update_record: () =>
        this.replace(entry, { type: "update_record", mutation_id, id: record, fields, was }),
      delete_record: () => (this.settle(entry.id), this.removals.remove(record)),
      restore_record: () => (this.settle(entry.id), this.removals.restore(record)),
    };
    return again[entry.type]();
  }

  private replace(entry: Entry, mutation: Mutation): string {
    this.outbox.change({ add: this.outbox.prepare([mutation]), drop: [entry] });
    return mutation.mutation_id;
  }

  private drop(entries: readonly Entry[]): null {
    this.outbox.change({ drop: entries });
    return null;
  }

  private extend(add: Entry, fields: Fields): string {
    altered(add);
    add.stored.mutation = {
      type: "add_record",
      mutation_id: add.id,
      id: add.record,
      fields: overlay(add.fields, fields),
    };
    this.outbox.change({ alter: [add] });
    return add.id;
  }

  /** Same record, same fields, never sent: first `was`, last values; nothing at all where those are equal. */
  private fold(entry: Entry, fields: Fields): string | null {
    if (sameFields(fields, entry.was)) return this.drop([entry]);
    entry.stored.mutation = { ...entry.mutation, fields } as Mutation;
    this.outbox.change({ alter: [entry] });
    return entry.id;
  }

  /** A new word on a field settles the older one that was not taken. */
  private supersede(id: string, fields: Fields, add: readonly Entry[]): void {
    const kept = this.outbox.of(id).filter((entry) => !entry.open && entry.type === "update_record");
    const hit = kept.filter((entry) => Object.keys(fields).some((field) => field in entry.fields));
    for (const entry of hit) {
      altered(entry);
      const left = Object.fromEntries(Object.entries(entry.fields).filter(([field]) => !(field in fields)));
      entry.stored.mutation = { ...entry.mutation, fields: left } as Mutation;
    }
    const drop = hit.filter((entry) => Object.keys(entry.fields).length === 0);
    this.outbox.change({ add, alter: hit.filter((entry) => !drop.includes(entry)), drop });
  }

  /** Per field what the pending edit before it leaves, else what the user saw. */
  private chained(id: string, fields: Fields, was: Fields): { first: Fields; stored: string[] } {
    const first: Record<string, Json> = {};
    const stored: string[] = [];
    for (const field of Object.keys(fields)) {
      const prior = this.nearest(id, (entry) => entry.covers(field));
      const follows =
        prior !== undefined && !prior.inCopy && ["add_record", "update_record"].includes(prior.type);
      if (!follows) stored.push(field);
      first[field] = (follows ? prior.leaves(field) : was[field]) ?? null;
    }
    return { first, stored };
  }

  private nearest(id: string, wanted: (entry: Entry) => boolean): Entry | undefined {
    return this.outbox.of(id).findLast((entry) => entry.open && wanted(entry));
  }

  private uuid(): string {
    return uuid7(this.now());
  }
}

function check(fields: Fields): void {
  const flaws = flawsOf(fields);
  if (Object.keys(flaws).length > 0) throw new InvalidValue(flaws);
}

/** What was put aside may not go again under its id with another content (R10). */
function altered({ stored }: Entry): void {
  if (stored.kept !== undefined) stored.kept = { ...stored.kept, renew: true };
}

function sameKeys(a: Fields, b: Fields): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => key in b);
}
