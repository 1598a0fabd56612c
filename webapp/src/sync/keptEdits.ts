import type { Fields, Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";
import type { Removals, RemovalsOptions } from "./removals.ts";
import { Part, picked, type StepKind } from "./step.ts";
import { InvalidValue } from "./types.ts";
import { compact, explicit, flawsOf } from "./values.ts";

export interface KeptEditsOptions extends RemovalsOptions {
  readonly removals: Removals;
}

/** What was put aside for the user: discarded, or asked for once more (R10). */
export class KeptEdits {
  constructor(private readonly options: KeptEditsOptions) {}

  settle(mutationId: string): void {
    const entry = this.options.outbox.get(mutationId);
    if (entry !== undefined && !entry.open) this.options.outbox.change({ drop: [entry] });
  }

  /** Again under its own id where that is undecided, else as a new mutation over what is shown now. */
  retry(mutationId: string, patch: Fields = {}): string | null {
    const entry = this.options.outbox.get(mutationId);
    if (entry?.stored.kept === undefined) return null;
    if (entry.stored.kept.renew || Object.keys(patch).length > 0) return this.renew(entry, patch);
    this.options.outbox.revive(entry);
    return mutationId;
  }

  private renew(entry: Entry, patch: Fields): string | null {
    check(patch);
    const { record } = entry;
    const mutation_id = this.options.uuid();
    const fields = { ...entry.fields, ...explicit(patch) };
    const was = picked(this.options.view(record)?.fields ?? {}, Object.keys(fields));
    const add = compact(fields);
    const again: Record<Entry["type"], () => string | null> = {
      add_record: () =>
        this.replace(entry, "add", new Part(record, null, add), {
          type: "add_record",
          mutation_id,
          id: record,
          fields: add,
        }),
      update_record: () =>
        this.replace(entry, "edit", new Part(record, was, fields), {
          type: "update_record",
          mutation_id,
          id: record,
          fields,
          was,
        }),
      delete_record: () => (this.settle(entry.id), this.options.removals.remove(record)),
      restore_record: () => (this.settle(entry.id), this.options.removals.restoreAll([{ id: record }])[0]!),
    };
    return again[entry.type]();
  }

  private replace(entry: Entry, kind: StepKind, part: Part, mutation: Mutation): string {
    this.options.outbox.change({ add: this.options.outbox.prepare([mutation]), drop: [entry] });
    this.options.record(kind, [{ part, mutationId: mutation.mutation_id }]);
    return mutation.mutation_id;
  }
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
