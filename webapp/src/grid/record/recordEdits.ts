import {
  NO_PROBLEMS,
  partOf,
  problemsAt,
  serverProblems,
  readPart,
  sameParts,
  withoutProblems,
  type Part,
  type Problems,
} from "../../fields/parts.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import type { RefusedValue } from "../../sync/types.ts";
import { saveField } from "../save.ts";

/** A field that is being written in: what stands in it, and what it showed when it got the focus (R8). */
export interface FieldEdit {
  readonly part: Part;
  /** what stands for `was`: equal means that there is nothing to save */
  readonly start: Part;
  readonly was: Json;
  readonly problems: Problems;
}

/** What is written in a drawer and not saved yet, by record and field. No React. */
export class RecordEdits {
  readonly #replica: Pick<Replica, "get" | "update">;
  readonly #edits = new Map<string, FieldEdit>();
  readonly #listeners = new Set<() => void>();

  constructor(replica: Pick<Replica, "get" | "update">) {
    this.#replica = replica;
  }

  readonly subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  };

  /** The same object until something of it changes. */
  get(id: string, field: FieldDescription): FieldEdit | undefined {
    return this.#edits.get(keyOf(id, field));
  }

  /** The field got the focus: from now on it keeps what stands in it. */
  begin(id: string, field: FieldDescription): FieldEdit {
    const known = this.get(id, field);
    if (known !== undefined) return known;
    const was = this.#replica.get(id)?.fields[field.name] ?? null;
    const start = partOf(was, field);
    return this.#put(id, field, { part: start, start, was, problems: NO_PROBLEMS });
  }

  /** `path`: what of the part was changed. */
  write(id: string, field: FieldDescription, part: Part, path: string): void {
    const edit = this.begin(id, field);
    this.#put(id, field, { ...edit, part, problems: withoutProblems(edit.problems, path) });
  }

  /** A value that was not taken, over what is shown now, with what the server said of it. */
  again(id: string, field: FieldDescription, refused: RefusedValue): void {
    this.drop(id, field);
    const problems = problemsAt(serverProblems(refused.error), field.name);
    this.#put(id, field, { ...this.begin(id, field), part: partOf(refused.value, field), problems });
  }

  /** Whether something is written in it that was not there. */
  changed(id: string, field: FieldDescription): boolean {
    const edit = this.get(id, field);
    return edit !== undefined && !sameParts(edit.part, edit.start);
  }

  /** Saves what was changed. False: it cannot be, and the field says why. */
  commit(id: string, field: FieldDescription): boolean {
    const edit = this.get(id, field);
    if (edit === undefined) return true;
    const problems = this.changed(id, field) ? this.#save(id, field, edit) : NO_PROBLEMS;
    if (Object.keys(problems).length === 0) this.drop(id, field);
    else this.#put(id, field, { ...edit, problems });
    return !this.#edits.has(keyOf(id, field));
  }

  drop(id: string, field: FieldDescription): void {
    if (this.#edits.delete(keyOf(id, field))) this.#tell();
  }

  #save(id: string, field: FieldDescription, { part, was }: FieldEdit): Problems {
    const { value, problems } = readPart(part, field);
    if (Object.keys(problems).length > 0) return problems;
    const problem = saveField(this.#replica, id, field, value, was);
    return problem === null ? NO_PROBLEMS : { "": problem };
  }

  #put(id: string, field: FieldDescription, edit: FieldEdit): FieldEdit {
    this.#edits.set(keyOf(id, field), edit);
    this.#tell();
    return edit;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const keyOf = (id: string, { name }: FieldDescription): string => `${id} ${name}`;
