/**
 * Time per edit in a sorted and filtered view, which must not grow with the number of records; and how long a question
 * takes. `npm run bench` builds and runs it; nothing here fails by being slow.
 */
import { compile } from "../src/query/compile.ts";
import { NO_FILTER, NO_QUERY, type Query } from "../src/query/query.ts";
import { View, type Source } from "../src/query/view.ts";
import type { Fields, Json } from "../src/protocol.ts";
import { SortedIds } from "../src/sync/order.ts";
import type { Changes, RecordView } from "../src/sync/types.ts";
import { AIRPORTS, airportFields, FIELDS } from "./airports.ts";

const EDITS = 2000;
const SORT: Query["sort"] = [
  { field: "country", descending: false },
  { field: "name", descending: false },
];
const HIGH: Query["filter"] = { join: "and", of: [{ field: "elevation", op: "at_least", value: 100 }] };

const recordOf = (id: string, fields: Fields): RecordView => ({
  id,
  version: 1,
  fields,
  deleted: false,
  pending: new Set(),
  refused: {},
  state: "saved",
});

/** Records and who listens; a frame comes when `frame` is called. */
class Records implements Source {
  readonly records = new Map<string, RecordView>();
  readonly #ids = new SortedIds();
  readonly #listeners = new Set<(changes: Changes) => void>();
  #frame: (() => void) | null = null;
  readonly view: View;

  constructor(count: number) {
    for (const fields of airportFields(count)) {
      const id = `0190${String(this.records.size).padStart(8, "0")}`;
      this.records.set(id, recordOf(id, fields));
    }
    this.#ids.replace(this.records.keys());
    this.view = new View(this, (fn) => {
      this.#frame = fn;
      return () => (this.#frame = null);
    });
    this.view.subscribe(() => undefined);
    this.frame();
  }

  ids = (): readonly string[] => this.#ids.ids;
  get = (id: string): RecordView | undefined => this.records.get(id);
  status = (): { state: "complete" } => ({ state: "complete" });
  onChanges = (fn: (changes: Changes) => void): (() => void) => {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  };

  frame(): void {
    const fn = this.#frame;
    this.#frame = null;
    fn?.();
  }

  set(id: string, field: string, value: Json): void {
    const fields = this.records.get(id)?.fields ?? {};
    this.records.set(id, recordOf(id, { ...fields, [field]: value }));
    this.#tell([id]);
  }

  /** A new record, or one that goes: the natural order is kept too. */
  toggle(id: string, fields: Fields): void {
    const known = this.records.get(id);
    if (known === undefined || known.deleted) this.#ids.add([id]);
    else this.#ids.remove([id]);
    this.records.set(id, { ...recordOf(id, fields), deleted: known !== undefined && !known.deleted });
    this.#tell([id]);
  }

  #tell(touched: readonly string[]): void {
    for (const listener of this.#listeners) listener({ kind: "records", touched, added: [], removed: [] });
  }
}

/** Always the same numbers. */
function chance(seed = 1): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const milliseconds = (fn: () => void): number => {
  const start = performance.now();
  fn();
  return performance.now() - start;
};

/** Of so many runs: the machine may have other things to do. */
const best = (runs: number, fn: () => number): number => Math.min(...Array.from({ length: runs }, fn));

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("   ");
  console.log(`\n${title}\n`);
  for (const row of [columns, ...rows]) console.log(`  ${line(row)}`);
}

const count = new Intl.NumberFormat("en");

/** One edit and the frame after it, in microseconds: the median of many. */
const EDITS_OF: Readonly<
  Record<string, (records: Records, id: string, any: (below: number) => number) => void>
> = {
  "a field that nothing is asked of": (records, id, any) => records.set(id, "iata", `X${any(1e6)}`),
  "the second sort key: the row moves": (records, id, any) => records.set(id, "name", `Field ${any(1e6)}`),
  "the first sort key: the row moves far": (records, id, any) => records.set(id, "country", `C${any(200)}`),
  "what is filtered by: it enters or leaves": (records, id, any) => records.set(id, "elevation", any(200)),
  "a record comes or goes": (records, id) => records.toggle(id, records.get(id)?.fields ?? {}),
};

function perEdit(records: Records, name: string, active: boolean): number {
  const any = chance();
  const ids = [...records.records.keys()];
  const edit = EDITS_OF[name];
  const times: number[] = [];
  for (let turn = 0; turn < EDITS; turn += 1) {
    const id = ids[any(ids.length)] ?? "";
    if (active) records.view.active();
    times.push(
      milliseconds(() => {
        edit?.(records, id, any);
        records.frame();
      }),
    );
  }
  records.view.settle();
  return 1000 * median(times.slice(EDITS / 10)); // without those before it is compiled
}

const SIZES = [1000, 10_000, 100_000];

function edits(): void {
  const all = SIZES.map((size) => new Records(size));
  const asked = compile({ ...NO_QUERY, sort: SORT, filter: HIGH }, FIELDS, "2026-07-30");
  for (const records of all) records.view.ask(asked);
  for (const records of all) for (const name of Object.keys(EDITS_OF)) perEdit(records, name, false); // warm
  const rows = Object.keys(EDITS_OF).flatMap((name) =>
    [false, true].map((active) => [
      `${name}${active ? " (waits)" : ""}`,
      ...all.map((records) => perEdit(records, name, active).toFixed(1)),
    ]),
  );
  table(
    "One edit, sorted by two fields and filtered, to the next frame; µs by number of records",
    ["", ...SIZES.map((size) => count.format(size))],
    rows,
  );
}

const text = (field: string, op: string, value: Json): Query["filter"] => ({
  join: "and",
  of: [{ field, op, value }],
});

const QUESTIONS: Readonly<Record<string, Partial<Query>>> = {
  "nothing: all, in natural order": {},
  "sort by country, then name": { sort: SORT },
  "sort by elevation descending, then name": {
    sort: [{ field: "elevation", descending: true }, { field: "name", descending: false }], // prettier-ignore
  },
  "filter: name contains “lake”": { filter: text("name", "contains", "lake") },
  "filter: elevation at least 100": { filter: HIGH },
  "search “san int”": { search: "san int" },
  "sort by country, then name; filter; search": { sort: SORT, filter: HIGH, search: "air" },
};

function ask(records: Records, query: Partial<Query>): number {
  return milliseconds(() =>
    records.view.ask(compile({ ...NO_QUERY, filter: NO_FILTER, ...query }, FIELDS, "2026-07-30")),
  );
}

function questions(): void {
  const sizes = [AIRPORTS, 100_000];
  const all = sizes.map((size) => new Records(size));
  const first = all.map((records) => ask(records, { search: "first" }).toFixed(1));
  const rows = Object.entries(QUESTIONS).map(([name, query]) => [
    name,
    ...all.map((records) => best(7, () => ask(records, query)).toFixed(1)),
  ]);
  for (const records of all) ask(records, { sort: SORT });
  const turn = all.map((records) => {
    const any = chance();
    const times = Array.from({ length: 200 }, () => milliseconds(() => records.view.show(any(200), 100)));
    return median(times).toFixed(3);
  });
  table(
    "A question, asked and answered; ms by number of records",
    ["", ...sizes.map((size) => count.format(size))],
    [...rows, ["the first search, of all that is shown", ...first], ["another page of 100", ...turn]],
  );
}

edits();
questions();
