import type { Fields, Json, Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { Outbox } from "./outbox.ts";
import { altered, check, KeptEdits } from "./keptEdits.ts";
import { Removals } from "./removals.ts";
import { otherSide, Part, picked, type Carried, type Side, type StepKind } from "./step.ts";
import type { RecordView } from "./types.ts";
import { uuid7 } from "./uuid.ts";
import { compact, explicit, overlay, sameFields, sameValue } from "./values.ts";

/** Some fields of a record, and what their user saw there. */
export interface Update {
  readonly id: string;
  readonly patch: Fields;
  readonly was: Fields;
}

export interface EditsOptions {
  readonly outbox: Outbox;
  readonly view: (id: string) => RecordView | undefined;
  readonly now: () => number;
  /** One step of the user's, to be undone. */
  readonly record: (kind: StepKind, carried: readonly Carried[]) => void;
}

/** Turns what the user does into mutations: chained, folded, checked against the wire's limits (R8, R10). */
export class Edits {
  readonly removals: Removals;
  readonly kept: KeptEdits;
  private readonly outbox: Outbox;

  constructor(private readonly options: EditsOptions) {
    const { outbox, view, record } = options;
    this.outbox = outbox;
    const tools = { outbox, view, record, uuid: () => this.uuid() };
    this.removals = new Removals(tools);
    this.kept = new KeptEdits({ ...tools, removals: this.removals });
  }

  /** The mutations' ids in order, null where there is nothing to do. Throws `InvalidValue`, and then changes nothing. */
  updateAll(updates: readonly Update[]): readonly (string | null)[] {
    for (const { patch } of updates) check(patch);
    const carried = updates.map(({ id, patch, was }): Carried => {
      const part = new Part(id, this.stood(id, patch, was), explicit(patch));
      return { part, mutationId: this.enter(id, explicit(patch), was, false) };
    });
    this.options.record(
      "edit",
      carried.filter(({ part: { before, after } }) => !sameFields(before!, after!)),
    );
    return carried.map(({ mutationId }) => mutationId);
  }

  /** Undo and redo: done, and shown, only where the records still are as the step left them (R8). */
  turn(parts: readonly Part[], to: Side): readonly Carried[] {
    const edits = parts.filter(({ whole }) => !whole);
    return [
      ...this.removals.turn(parts.filter(({ whole }) => whole), to), // prettier-ignore
      ...edits.map((part) => {
        const was = part[otherSide(to)]!;
        return { part, mutationId: this.enter(part.id, explicit(part[to]!), was, true) };
      }),
    ];
  }

  /** The new records' ids, in order; one step on disk. Throws `InvalidValue`, and then adds none. */
  addAll(records: readonly Fields[]): readonly string[] {
    records.forEach(check);
    const mutations = records.map((fields): Mutation & { type: "add_record" } => {
      return { type: "add_record", mutation_id: this.uuid(), id: this.uuid(), fields: compact(fields) };
    });
    this.outbox.change({ add: this.outbox.prepare(mutations) });
    this.options.record(
      "add",
      mutations.map(({ mutation_id, id, fields }) => ({
        part: new Part(id, null, fields),
        mutationId: mutation_id,
      })),
    );
    return mutations.map(({ id }) => id);
  }

  // ---- one edit

  private enter(id: string, fields: Fields, was: Fields, undo: boolean): string | null {
    const draft = this.outbox.of(id).find((entry) => !entry.open && entry.type === "add_record");
    if (draft !== undefined) return this.extend(draft, fields);
    const near = this.nearest(id, (entry) => Object.keys(fields).some((field) => entry.covers(field)));
    if (near?.waiting && near.type === "add_record") return this.extend(near, fields);
    if (near?.waiting && sameKeys(near.fields, fields) && folds(near, was, undo))
      return this.fold(near, fields);
    const { first, stored } = this.chained(id, fields, was, undo);
    if (sameFields(fields, first)) {
      if (!undo) this.supersede(id, fields, []);
      return null;
    }
    const mutation: Mutation = { type: "update_record", mutation_id: this.uuid(), id, fields, was: first };
    const added = this.outbox.prepare([mutation], undo);
    for (const field of stored) added[0]!.seenStored.add(field);
    // What was not taken waits for its user, whatever else he takes back.
    if (undo) this.outbox.change({ add: added });
    else this.supersede(id, fields, added);
    return mutation.mutation_id;
  }

  /** What the fields held: what was seen there, but of one's own that is on its way what that asks for. */
  private stood(id: string, patch: Fields, was: Fields): Fields {
    const { pending, fields = {} } = this.options.view(id) ?? {};
    const names = Object.keys(patch);
    const seen = picked(was, names);
    return { ...seen, ...picked(fields, names.filter((name) => pending?.has(name))) }; // prettier-ignore
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
  private chained(
    id: string,
    fields: Fields,
    was: Fields,
    undo: boolean,
  ): { first: Fields; stored: string[] } {
    const first: Record<string, Json> = {};
    const stored: string[] = [];
    for (const field of Object.keys(fields)) {
      const prior = this.nearest(id, (entry) => entry.covers(field));
      const follows =
        prior !== undefined && !prior.inCopy && ["add_record", "update_record"].includes(prior.type);
      // An undo is not shown where it finds something else, and does not go back from anything else either.
      const exactly = undo || prior?.undo === true;
      if (follows && (!exactly || sameValue(prior.leaves(field), was[field])))
        first[field] = prior.leaves(field);
      else {
        stored.push(field);
        first[field] = was[field] ?? null;
      }
    }
    return { first, stored };
  }

  private nearest(id: string, wanted: (entry: Entry) => boolean): Entry | undefined {
    return this.outbox.of(id).findLast((entry) => entry.open && wanted(entry));
  }

  private uuid(): string {
    return uuid7(this.options.now());
  }
}

/** Whether an edit becomes one with a waiting one: an undo only with what it takes back, and no other with an undo. */
function folds(near: Entry, was: Fields, undo: boolean): boolean {
  return undo ? sameFields(near.fields, was) : !near.undo;
}

function sameKeys(a: Fields, b: Fields): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => key in b);
}
