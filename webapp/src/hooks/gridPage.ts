import type { FieldDescription } from "../protocol.ts";
import { nextFrame, type NextFrame } from "../query/pace.ts";
import { EVERYTHING, View, type Compiled } from "../query/view.ts";
import type { Replica } from "../sync/replica.ts";
import type { Changes, RecordView, ReplicaStatus } from "../sync/types.ts";

/** What a page shows of a grid. */
export interface GridNow {
  /** the grid's id until its title is known */
  readonly title: string;
  readonly fields: readonly FieldDescription[];
  /** `waiting`: nothing read yet; `filling`: records come in; `complete` */
  readonly state: ReplicaStatus["state"];
  /** records that match, on all pages */
  readonly count: number;
  /** the records of the page asked for, in order; one is the same object until something of it changes */
  readonly records: readonly RecordView[];
  /** edits that the server has not answered yet */
  readonly unsent: number;
  /** why the grid cannot be read, or its edits not kept or sent; a sentence, or null */
  readonly problem: string | null;
}

const NO_FIELDS: readonly FieldDescription[] = [];

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

/** A page of a grid as one snapshot, another one at most once per frame, and only when something of it changed. */
export class GridPage {
  readonly #replica: Replica;
  readonly #view: View;
  readonly #frame: NextFrame;
  readonly #listeners = new Set<() => void>();
  #ends: readonly (() => void)[] = [];
  #cancel: (() => void) | null = null;
  #asked: Compiled = EVERYTHING;
  #now: GridNow;

  constructor(replica: Replica, frame: NextFrame = nextFrame) {
    this.#replica = replica;
    this.#frame = frame;
    this.#view = new View(replica, frame);
    this.#now = this.#read([]);
  }

  readonly snapshot = (): GridNow => this.#now;

  /** Follows the replica while anyone listens. */
  readonly subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    if (this.#ends.length === 0)
      this.#ends = [
        this.#view.subscribe(() => this.#soon()),
        this.#replica.subscribe(() => this.#soon()),
        this.#replica.onChanges((changes) => this.#isShown(changes) && this.#soon()),
      ];
    this.#soon(); // what happened while nobody listened
    return () => {
      this.#listeners.delete(fn);
      if (this.#listeners.size > 0) return;
      for (const end of this.#ends) end();
      this.#ends = [];
      this.#cancel?.();
      this.#cancel = null;
    };
  };

  /** Shows another question, or another page, at once. */
  ask(compiled: Compiled, page: number, pageSize: number): void {
    if (compiled !== this.#asked) this.#view.ask(compiled, page);
    this.#asked = compiled;
    this.#view.show(page, pageSize);
    this.#update();
  }

  #isShown(changes: Changes): boolean {
    if (changes.kind === "reset") return true;
    const touched = new Set(changes.touched);
    return this.#now.records.some(({ id }) => touched.has(id));
  }

  #soon(): void {
    this.#cancel ??= this.#frame(() => {
      this.#cancel = null;
      this.#update();
    });
  }

  #read(before: readonly RecordView[]): GridNow {
    const { grid, state, unsent, error, problem } = this.#replica.status();
    const { rows, count } = this.#view.snapshot();
    const records = rows.flatMap(({ id }) => this.#replica.get(id) ?? []);
    return {
      title: grid?.title ?? this.#replica.grid,
      fields: grid?.fields ?? NO_FIELDS,
      state,
      count,
      records: sameList(records, before) ? before : records,
      unsent,
      problem: error?.message ?? problem?.message ?? null,
    };
  }

  #update(): void {
    const next = this.#read(this.#now.records);
    if (sameList(Object.values(next), Object.values(this.#now))) return;
    this.#now = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
