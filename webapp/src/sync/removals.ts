import type { Fields, Mutation } from "../protocol.ts";
import type { Outbox, Step } from "./outbox.ts";
import type { RecordView } from "./types.ts";

/** Adds that were taken back before they were sent: more than that nobody undoes one by one. */
const MOST_DROPPED = 1_000;

/** Deletes and restores as mutations, one or thousands in a step; what was never sent is taken back instead. */
export class Removals {
  /** by record, the last MOST_DROPPED: neither the copy nor the server has heard of them */
  private readonly dropped = new Map<string, Fields>();

  constructor(
    private readonly outbox: Outbox,
    private readonly view: (id: string) => RecordView | undefined,
    private readonly uuid: () => string,
  ) {}

  /** The mutation's id, or null where there was nothing to do or something was only taken back. */
  remove(id: string): string | null {
    const view = this.view(id);
    return view === undefined || view.deleted ? null : this.enter(this.removal(view));
  }

  restore(id: string): string | null {
    return this.enter(this.restoral(id, this.dropped.get(id)));
  }

  /** One step on disk, however many. Returns what undoes it, in one step too. */
  removeAll(ids: readonly string[]): () => void {
    const gone = [...new Set(ids)].flatMap((id) => this.view(id) ?? []).filter((view) => !view.deleted);
    const steps = gone.map((view) => this.removal(view));
    const unheard = gone.filter((_view, i) => steps[i]?.drop?.[0]?.type === "add_record");
    const held = new Map(unheard.map(({ id, fields }) => [id, fields]));
    this.outbox.change(joined(steps));
    return () => this.outbox.change(joined(gone.map(({ id }) => this.restoral(id, held.get(id)))));
  }

  private enter(step: Step): string | null {
    this.outbox.change(step);
    return step.add?.[0]?.id ?? null;
  }

  private removal({ id, version, fields }: RecordView): Step {
    const open = this.outbox.of(id).filter((entry) => entry.open);
    if (open[0]?.type === "add_record" && open.every((entry) => entry.waiting)) {
      this.remember(id, fields);
      return { drop: open };
    }
    if (open.at(-1)?.waiting && open.at(-1)?.type === "restore_record") return { drop: open.slice(-1) };
    const step = this.asking({ type: "delete_record", mutation_id: this.uuid(), id });
    step.add[0]!.stored.seen = { version, fields };
    return step;
  }

  /** `fields`: what it held, of one whose add was taken back before the server heard of it. */
  private restoral(id: string, fields: Fields | undefined): Step {
    const refused = this.outbox.of(id).filter((entry) => !entry.open && entry.type === "delete_record");
    const view = this.view(id);
    if (view?.deleted === false) return { drop: refused };
    this.dropped.delete(id);
    if (view === undefined && fields !== undefined)
      return this.asking({ type: "add_record", mutation_id: this.uuid(), id, fields });
    const last = this.outbox.of(id).findLast((entry) => entry.open);
    if (last?.waiting && last.type === "delete_record") return { drop: [...refused, last] };
    return { ...this.asking({ type: "restore_record", mutation_id: this.uuid(), id }), drop: refused };
  }

  private asking(mutation: Mutation) {
    return { add: this.outbox.prepare([mutation]) };
  }

  private remember(id: string, fields: Fields): void {
    this.dropped.delete(id); // it goes to the end
    this.dropped.set(id, fields);
    const [oldest] = this.dropped.keys();
    if (this.dropped.size > MOST_DROPPED) this.dropped.delete(oldest!);
  }
}

function joined(steps: readonly Step[]): Step {
  return {
    add: steps.flatMap(({ add = [] }) => add),
    drop: steps.flatMap(({ drop = [] }) => drop),
  };
}
