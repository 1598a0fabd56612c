import type { FieldDescription } from "../protocol.ts";
import { realClock, type Clock } from "../sync/clock.ts";
import type { Replica } from "../sync/replica.ts";
import type { Changes, KeptMutation, RecordView, ReplicaStatus } from "../sync/types.ts";
import { compile } from "./compile.ts";
import { dayAt } from "./days.ts";
import { asksToday } from "./filter.ts";
import { nextFrame, type NextFrame } from "./pace.ts";
import { NO_FILTER, NO_QUERY, type Query } from "./query.ts";
import { subscribeToday } from "./today.ts";
import { View } from "./view.ts";

/** What of a grid is asked for; all of it optional. */
export interface GridOptions extends Partial<Query> {
  /** from 0 */
  readonly page?: number;
  /** 100 */
  readonly pageSize?: number;
}

/** What a page shows of a grid. */
export interface GridNow {
  /** the grid's id until its title is known */
  readonly title: string;
  readonly fields: readonly FieldDescription[];
  /**
   * `waiting`: nothing read yet; `kept`: as this device last had it; `filling`: records come in; `complete`: what the
   * server has
   */
  readonly state: ReplicaStatus["state"];
  /** records that match, on all pages */
  readonly count: number;
  /** the records of the page asked for, in order; one is the same object until something of it changes */
  readonly records: readonly RecordView[];
  /** edits that the server has not answered yet */
  readonly unsent: number;
  /** edits that were not taken, which wait for their user: `retry` or `settle` */
  readonly notSaved: readonly KeptMutation[];
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
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #ends: readonly (() => void)[] = [];
  #cancel: (() => void) | null = null;
  #query = NO_QUERY;
  #page = 0;
  /** what the view has been asked by: the query, the grid, and the day where the query is about days */
  #asked: readonly unknown[] = [];
  #now: GridNow;

  constructor(replica: Replica, frame: NextFrame = nextFrame, clock: Clock = realClock) {
    this.#replica = replica;
    this.#frame = frame;
    this.#clock = clock;
    this.#view = new View(replica, frame, clock);
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
        subscribeToday(() => this.#soon(), this.#clock),
      ];
    this.#soon(); // what happened while nobody listened
    return () => {
      this.#listeners.delete(fn);
      if (this.#listeners.size === 0) this.end();
    };
  };

  /** Nobody listens any more. */
  end(): void {
    this.#listeners.clear();
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Shows what matches another query, or another page of it, at once. */
  ask({ sort = [], filter = NO_FILTER, search = "", page = 0, pageSize = 100 }: GridOptions): void {
    this.#query = { sort, filter, search };
    this.#page = page;
    this.#prepare();
    this.#view.show(page, pageSize);
    this.#update();
  }

  /** What is there now, not only at the next frame. */
  look(): GridNow {
    this.#prepare();
    this.#update();
    return this.#now;
  }

  #isShown(changes: Changes): boolean {
    if (changes.kind === "reset") return true;
    const touched = new Set(changes.touched);
    return this.#now.records.some(({ id }) => touched.has(id));
  }

  #soon(): void {
    this.#cancel ??= this.#frame(() => {
      this.#cancel = null;
      this.look();
    });
  }

  /** The definition may be another one now, or the day. */
  #prepare(): void {
    const { grid } = this.#replica.status();
    const day = asksToday(this.#query.filter) ? dayAt(this.#clock.now()) : "";
    const asked = [JSON.stringify(this.#query), grid, day];
    if (sameList(asked, this.#asked)) return;
    this.#asked = asked;
    this.#view.ask(compile(this.#query, grid?.fields ?? NO_FIELDS, day), this.#page);
  }

  #read(before: readonly RecordView[]): GridNow {
    const { grid, state, unsent, kept, error, problem } = this.#replica.status();
    const { rows, count } = this.#view.snapshot();
    const records = rows.flatMap(({ id }) => this.#replica.get(id) ?? []);
    return {
      title: grid?.title ?? this.#replica.grid,
      fields: grid?.fields ?? NO_FIELDS,
      state,
      count,
      records: sameList(records, before) ? before : records,
      unsent,
      notSaved: kept,
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
