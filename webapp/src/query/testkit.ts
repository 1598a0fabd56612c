import type { Clock } from "../sync/clock.ts";
import type { Fields } from "../protocol.ts";
import type { Changes, RecordView } from "../sync/types.ts";
import type { SortKey, Sorting } from "./sorting.ts";
import type { Compiled } from "./table.ts";
import { View, type Source } from "./view.ts";

/** A clock that stands still until it is told. */
export class StillClock implements Clock {
  #now = 1_700_000_000_000;
  #due: { readonly at: number; readonly fn: () => void }[] = [];

  now = (): number => this.#now;
  random = (): number => 0;

  after = (ms: number, fn: () => void): (() => void) => {
    const timer = { at: this.#now + ms, fn };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((each) => each !== timer);
    };
  };

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#due.filter(({ at }) => at <= this.#now);
    this.#due = this.#due.filter((each) => !due.includes(each));
    for (const { fn } of due) fn();
  }
}

export const recordOf = (id: string, fields: Fields, deleted = false): RecordView => ({
  id,
  version: 1,
  fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
  deleted,
  pending: new Set(),
  refused: {},
  state: "saved",
});

/** Records that nobody changes. */
export const listing = (
  records: ReadonlyMap<string, RecordView>,
): Pick<Source, "ids" | "get" | "onChanges"> => ({
  ids: () => [...records.keys()].toSorted(),
  get: (id) => records.get(id),
  onChanges: () => () => undefined,
});

/** Some records, whoever changes them, and a view of them; frames and time come when the test says so. */
export class Stage implements Source {
  readonly records = new Map<string, RecordView>();
  readonly listeners = new Set<(changes: Changes) => void>();
  readonly clock = new StillClock();
  frames: (() => void)[] = [];
  state: "filling" | "complete" = "complete";
  /** times that the view told its listeners */
  told = 0;
  readonly view: View;
  readonly end: () => void;

  constructor(records: Readonly<Record<string, Fields>>) {
    for (const [id, fields] of Object.entries(records)) this.records.set(id, recordOf(id, fields));
    const frame = (fn: () => void): (() => void) => {
      this.frames.push(fn);
      return () => {
        this.frames = this.frames.filter((each) => each !== fn);
      };
    };
    this.view = new View(this, frame, this.clock);
    this.end = this.view.subscribe(() => {
      this.told += 1;
    });
    this.frame();
    this.told = 0;
  }

  status = (): { state: "filling" | "complete" } => ({ state: this.state });

  ids = (): readonly string[] =>
    [...this.records.values()]
      .filter((record) => !record.deleted)
      .map(({ id }) => id)
      .toSorted();

  get = (id: string): RecordView | undefined => this.records.get(id);

  onChanges = (fn: (changes: Changes) => void): (() => void) => {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  };

  /** A record is added, changed or restored, by anybody. */
  set(id: string, fields: Fields): void {
    this.records.set(id, recordOf(id, fields));
    this.tell({ kind: "records", touched: [id], added: [], removed: [] });
  }

  remove(id: string): void {
    this.records.set(id, recordOf(id, this.records.get(id)?.fields ?? {}, true));
    this.tell({ kind: "records", touched: [id], added: [], removed: [] });
  }

  tell(changes: Changes): void {
    for (const listener of this.listeners) listener(changes);
  }

  frame(): void {
    for (const fn of this.frames.splice(0)) fn();
  }

  /** So long that the pane is quiet, and a frame. */
  rest(): void {
    this.frame();
    this.clock.pass(2000);
    this.frame();
  }

  get shown(): string {
    return this.view.snapshot().rows.map(({ id }) => id).join(""); // prettier-ignore
  }
}

/** By the numbers in some fields, ascending; `-` before a name: descending. */
export const byFields = (...names: readonly string[]): Sorting =>
  names.map((name) => ({
    of: {},
    key: ({ fields }): SortKey => (fields[name.replace("-", "")] ?? null) as SortKey,
    compare: (a, b) => Number(a) - Number(b),
    descending: name.startsWith("-"),
  }));

export const asking = (names: readonly string[], matches: Compiled["matches"] = null): Compiled => ({
  matches,
  searched: null,
  sorting: names.length === 0 ? null : byFields(...names),
});

export const atLeast =
  (name: string, least: number) =>
  ({ fields }: RecordView): boolean =>
    Number(fields[name] ?? null) >= least;
