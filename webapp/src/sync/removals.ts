import type { Fields, Mutation } from "../protocol.ts";
import type { Outbox, Step as Change } from "./outbox.ts";
import { Part, type Carried, type StepKind } from "./step.ts";
import type { RecordView } from "./types.ts";

/** Adds that were taken back before they were sent: more than that nobody undoes one by one. */
const MOST_DROPPED = 1_000;

export interface RemovalsOptions {
  readonly outbox: Outbox;
  readonly view: (id: string) => RecordView | undefined;
  /** One step of the user's, to be undone. */
  readonly record: (kind: StepKind, carried: readonly Carried[]) => void;
  readonly uuid: () => string;
}

/** A record that is to come back. */
export interface Gone {
  readonly id: string;
  /** what it last held, as far as its user knows: shown until the server has answered, where nothing else is known */
  readonly fields?: Fields;
}

/** A record as it is to be when it is deleted. */
type Seen = Pick<RecordView, "id" | "version" | "fields">;

/** Deletes and restores as mutations, one or thousands in a step; what was never sent is taken back instead. */
export class Removals {
  /** by record, the last MOST_DROPPED: neither the copy nor the server has heard of them */
  private readonly dropped = new Map<string, Fields>();

  constructor(private readonly options: RemovalsOptions) {}

  /** The mutation's id, or null where there was nothing to do or something was only taken back. */
  remove(id: string): string | null {
    return this.removeAll([id])[0]?.mutationId ?? null;
  }

  /** One step on disk, however many; of those that are there. */
  removeAll(ids: readonly string[]): readonly Carried[] {
    const there = [...new Set(ids)]
      .flatMap((id) => this.options.view(id) ?? [])
      .filter(({ deleted }) => !deleted);
    const gone = there.map((view) => this.removed(view));
    const carried = gone.map(({ carried }) => carried);
    this.options.outbox.change(joined(gone.map(({ change }) => change)));
    this.options.record("delete", carried);
    return carried;
  }

  /** What it takes to delete a record that is there. */
  removed(view: RecordView): { readonly change: Change; readonly carried: Carried } {
    const change = this.removal(view, false);
    return { change, carried: carry(new Part(view.id, view.fields, null), view.version, change) };
  }

  /** What it takes to bring a record back. */
  restored(id: string): Change {
    return this.restoral(id, this.dropped.get(id), false);
  }

  /**
   * The mutations' ids in order, null where there was nothing to do or something was only taken back; one step on
   * disk, however many.
   */
  restoreAll(records: readonly Gone[]): readonly (string | null)[] {
    const there = new Set(
      records.map(({ id }) => id).filter((id) => this.options.view(id)?.deleted === false),
    );
    const held = new Map(records.map(({ id, fields }) => [id, this.dropped.get(id) ?? fields] as const));
    const changes = records.map((gone) =>
      this.restoral(gone.id, this.dropped.get(gone.id), false, gone.fields),
    );
    this.options.outbox.change(joined(changes));
    const carried = records.map(({ id }, i): Carried => {
      const part = new Part(id, null, this.options.view(id)?.fields ?? held.get(id) ?? {});
      return { part, mutationId: changes[i]!.add?.[0]?.id ?? null };
    });
    this.options.record("restore", carried.filter(({ part }) => !there.has(part.id))); // prettier-ignore
    return carried.map(({ mutationId }) => mutationId);
  }

  /** Undo and redo: those that are to go, as they were left, and those that are to come back; one step on disk. */
  turn(parts: readonly Part[], to: "before" | "after"): readonly Carried[] {
    const changes = parts.map((part) => (part[to] === null ? this.away(part) : this.back(part, part[to])));
    const carried = parts.map((part, i) => carry(part, part.version, changes[i]!));
    this.options.outbox.change(joined(changes));
    return carried;
  }

  private away(part: Part): Change {
    const { id, version } = part;
    const view = this.options.view(id);
    if (view === undefined || view.deleted) return {};
    return this.removal({ id, version, fields: part.before ?? part.after ?? {} }, true);
  }

  private back({ id, unheard }: Part, fields: Fields): Change {
    return this.restoral(id, unheard ? fields : undefined, true);
  }

  private removal(seen: Seen, undo: boolean): Change {
    const { outbox, uuid } = this.options;
    const { id, version, fields } = seen;
    const open = outbox.of(id).filter((entry) => entry.open);
    if (open[0]?.type === "add_record" && open.every((entry) => entry.waiting)) {
      this.remember(id, fields);
      return { drop: open };
    }
    if (open.at(-1)?.waiting && open.at(-1)?.type === "restore_record") return { drop: open.slice(-1) };
    const change = this.asking({ type: "delete_record", mutation_id: uuid(), id }, undo);
    change.add[0]!.stored.seen = { version, fields };
    return change;
  }

  /** `fields`: what it held, of one whose add was taken back before the server heard of it; `last`: see `Gone`. */
  private restoral(id: string, fields: Fields | undefined, undo: boolean, last?: Fields): Change {
    const { outbox, view: viewOf, uuid } = this.options;
    const refused = outbox.of(id).filter((entry) => !entry.open && entry.type === "delete_record");
    const view = viewOf(id);
    if (view?.deleted === false) return { drop: refused };
    this.dropped.delete(id);
    // Never an undo: the record is nowhere else, so that it waits for its user if it is not taken.
    if (view === undefined && fields !== undefined)
      return this.asking({ type: "add_record", mutation_id: uuid(), id, fields }, false);
    const near = outbox.of(id).findLast((entry) => entry.open);
    if (near?.waiting && near.type === "delete_record") return { drop: [...refused, near] };
    const change = this.asking({ type: "restore_record", mutation_id: uuid(), id }, undo);
    if (view === undefined && last !== undefined) change.add[0]!.stored.seen = { version: 0, fields: last };
    return { ...change, drop: refused };
  }

  private asking(mutation: Mutation, undo: boolean) {
    return { add: this.options.outbox.prepare([mutation], undo) };
  }

  private remember(id: string, fields: Fields): void {
    this.dropped.delete(id); // it goes to the end
    this.dropped.set(id, fields);
    const [oldest] = this.dropped.keys();
    if (this.dropped.size > MOST_DROPPED) this.dropped.delete(oldest!);
  }
}

function carry(part: Part, version: number, change: Change): Carried {
  part.version = version;
  part.unheard = change.drop?.[0]?.type === "add_record";
  return { part, mutationId: change.add?.[0]?.id ?? null };
}

export function joined(changes: readonly Change[]): Change {
  return {
    add: changes.flatMap(({ add = [] }) => add),
    alter: changes.flatMap(({ alter = [] }) => alter),
    drop: changes.flatMap(({ drop = [] }) => drop),
  };
}
