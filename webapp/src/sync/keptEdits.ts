import type { Fields, Json, Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { Step as Change } from "./outbox.ts";
import { joined, type Removals, type RemovalsOptions } from "./removals.ts";
import { Part, picked, type Carried, type Side, type StepKind } from "./step.ts";
import { theirsOf } from "./theirs.ts";
import { InvalidValue } from "./types.ts";
import { compact, explicit, flawsOf, overlay, sameFields } from "./values.ts";

export interface KeptEditsOptions extends RemovalsOptions {
  readonly removals: Removals;
}

/** One that was put aside, and how it is to go again. */
export interface Again {
  readonly mutationId: string;
  /** what its user wants otherwise now; null clears a field */
  readonly patch?: Fields;
  /** per field what stands there, as its user saw it; by default what is shown now (R8) */
  readonly seen?: Fields;
}

/** What one of them takes: on disk, and as a part of the step. */
interface Taken {
  readonly mutationId: string | null;
  readonly change: Change;
  /** null: there is nothing to undo in it */
  readonly kind: StepKind | null;
  readonly carried: readonly Carried[];
}

/** What was put aside for the user: discarded, or asked for once more (R10). One or many: one step, for the disk too. */
export class KeptEdits {
  constructor(private readonly options: KeptEditsOptions) {}

  /** To take theirs is a step too: undone, it asks for one's own value again, where theirs still stands. */
  settleAll(mutationIds: readonly string[]): void {
    const kept = this.options.outbox.kept();
    const drop = mutationIds.flatMap((id) => kept.get(id) ?? []);
    const carried = drop.flatMap((entry) => this.takenTheirs(entry));
    this.options.outbox.change({ drop });
    this.options.record("edit", together(carried));
  }

  /**
   * Each under its own id where that is undecided, else as a new mutation over what its user has seen there. Their ids
   * in order. Throws `InvalidValue`, and then changes nothing.
   */
  retryAll(asked: readonly Again[]): readonly (string | null)[] {
    for (const { patch = {} } of asked) check(patch);
    const kept = this.options.outbox.kept();
    const back = new Set<string>();
    const taken = asked.map((again) => {
      const entry = kept.get(again.mutationId);
      return entry === undefined ? NOTHING : this.again(entry, again, back);
    });
    this.options.outbox.change(joined(taken.map(({ change }) => change)));
    const kinds = new Set(taken.flatMap(({ kind }) => kind ?? []));
    const kind = kinds.size === 1 ? [...kinds][0]! : "edit";
    this.options.record(kind, together(taken.flatMap(({ carried }) => carried)));
    return taken.map(({ mutationId }) => mutationId);
  }

  private takenTheirs(entry: Entry): Carried[] {
    const view = this.options.view(entry.record);
    const { kept } = entry.stored;
    if (kept?.status !== "conflict" || entry.type !== "update_record" || view?.deleted !== false) return [];
    const theirs = this.seenNow(entry, Object.keys(entry.fields));
    if (sameFields(theirs, entry.fields)) return [];
    return [{ part: new Part(entry.record, explicit(entry.fields), theirs), mutationId: null }];
  }

  /** `back`: the records that come back in this step. */
  private again(entry: Entry, { patch = {}, seen = {} }: Again, back: Set<string>): Taken {
    if (entry.stored.kept?.renew !== true && Object.keys(patch).length === 0) {
      entry.revive();
      return { ...NOTHING, mutationId: entry.id, change: { alter: [entry] } };
    }
    const fields = { ...entry.fields, ...explicit(patch) };
    const renew: Record<Entry["type"], () => Taken> = {
      add_record: () => this.addAgain(entry, compact(fields)),
      update_record: () => this.updateAgain(entry, fields, seen, back),
      delete_record: () => this.deleteAgain(entry),
      restore_record: () => this.restoreAgain(entry),
    };
    const taken = renew[entry.type]();
    return { ...taken, change: joined([{ drop: [entry] }, taken.change]) };
  }

  /** Where a record of that id is there already, as another one. */
  private addAgain({ record, stored }: Entry, fields: Fields): Taken {
    const id = stored.kept?.error.code === "exists" ? this.options.uuid() : record;
    const { mutationId, change } = this.asking({ type: "add_record", id, fields });
    return { mutationId, change, kind: "add", carried: [{ part: new Part(id, null, fields), mutationId }] };
  }

  private updateAgain(entry: Entry, fields: Fields, seen: Fields, back: Set<string>): Taken {
    const { record, stored } = entry;
    const view = this.options.view(record);
    const names = Object.keys(fields);
    // Of a record never held here nothing is known but what its user once saw.
    const now = view === undefined || view.version === 0 ? entry.was : this.seenNow(entry, names);
    const was = picked({ ...now, ...seen }, names);
    const { mutationId, change } = this.asking({ type: "update_record", id: record, fields, was });
    const isGone = stored.kept?.error.code === "gone" && view?.deleted !== false;
    if (!isGone || back.has(record)) {
      const part = new Part(record, was, fields);
      return { mutationId, change, kind: "edit", carried: [{ part, mutationId }] };
    }
    back.add(record);
    const restore = this.options.removals.restored(record);
    const part = new Part(record, null, overlay(view?.fields ?? {}, fields));
    const carried = [restore.add?.[0]?.id ?? null, mutationId].map((id) => ({ part, mutationId: id }));
    return { mutationId, change: joined([restore, change]), kind: "restore", carried };
  }

  private deleteAgain({ record }: Entry): Taken {
    const view = this.options.view(record);
    if (view?.deleted !== false) return NOTHING;
    const { change, carried } = this.options.removals.removed(view);
    return { mutationId: carried.mutationId, change, kind: "delete", carried: [carried] };
  }

  private restoreAgain({ record }: Entry): Taken {
    const change = this.options.removals.restored(record);
    const mutationId = change.add?.[0]?.id ?? null;
    if (mutationId === null) return { ...NOTHING, change };
    const part = new Part(record, null, this.options.view(record)?.fields ?? {});
    return { mutationId, change, kind: "restore", carried: [{ part, mutationId }] };
  }

  private seenNow({ record, stored }: Entry, names: readonly string[]): Fields {
    const view = this.options.view(record);
    const valueOf = (name: string): Json => theirsOf(view, name, stored.kept?.conflicts?.[name]);
    return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
  }

  private asking(asked: WithoutId<Mutation>): { mutationId: string; change: Change } {
    const mutationId = this.options.uuid();
    const mutation = { ...asked, mutation_id: mutationId } as Mutation;
    return { mutationId, change: { add: this.options.outbox.prepare([mutation]) } };
  }
}

type WithoutId<M> = M extends Mutation ? Omit<M, "mutation_id"> : never;

const NOTHING: Taken = { mutationId: null, change: {}, kind: null, carried: [] };

/** What several mutations do to one record: each stores no more than its own. */
class Joint extends Part {
  override stored(side: Side, fields: Fields): Fields {
    return super.stored(side, overlay(this[side] ?? {}, fields));
  }
}

/** A step has one part for each record; several mutations of one may have been put aside. */
function together(carried: readonly Carried[]): Carried[] {
  const joints = new Map<string, Joint>();
  for (const { part } of carried) {
    const { id, before, after, version, unheard } = part;
    const known = joints.get(id);
    const joint = known ?? new Joint(id, before, after);
    if (known === undefined) Object.assign(joint, { version, unheard });
    else {
      if (known.before !== null) known.before = before && { ...before, ...known.before };
      if (known.after !== null) known.after = after && { ...known.after, ...after };
    }
    joints.set(id, joint);
  }
  return carried.map(({ part, mutationId }) => ({ part: joints.get(part.id)!, mutationId }));
}

/** Throws `InvalidValue`. */
export function check(fields: Fields): void {
  const flaws = flawsOf(fields);
  if (Object.keys(flaws).length > 0) throw new InvalidValue(flaws);
}

/** What was put aside may not go again under its id with another content (R10). */
export function altered({ stored }: Entry): void {
  if (stored.kept !== undefined) stored.kept = { ...stored.kept, renew: true };
}
