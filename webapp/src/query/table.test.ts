import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FieldDescription, FieldType, Fields, Json } from "../protocol.ts";
import type { Changes, RecordView } from "../sync/types.ts";
import { compile, sortsOf } from "./compile.ts";
import { atOnce } from "./inSlices.ts";
import { NO_QUERY, type Query } from "./query.ts";
import { compareTo, keysOf } from "./sorting.ts";
import { Table } from "./table.ts";
import { recordOf, Stage } from "./testkit.ts";

const TODAY = "2024-02-29";

const describeField = (name: string, type: FieldType): FieldDescription => ({
  name,
  label: name,
  type,
  required: false,
  read_only: false,
  default: null,
});

const FIELDS = [
  describeField("name", "text"),
  describeField("city", "text"),
  describeField("count", "integer"),
  describeField("price", "decimal"),
];

const text = fc.string({
  unit: fc.constantFrom("a", "A", "á", "Å", "ß", "ss", "7", "07", " ", "ﬁ"),
  maxLength: 3,
});
const value: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  name: text,
  city: text,
  count: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constant("odd")),
  price: fc.constantFrom("2.5", "2.50", "-1", "10", "0.1000000000000000055", "0.1000000000000000056"),
};
const fields: fc.Arbitrary<Fields> = fc.record(
  Object.fromEntries(Object.entries(value).map(([name, of]) => [name, fc.option(of, { nil: null })])),
);
const id = fc.constantFrom("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8");

const query: fc.Arbitrary<Query> = fc.record({
  sort: fc.array(fc.record({ field: fc.constantFrom(...Object.keys(value)), descending: fc.boolean() }), {
    maxLength: 3,
  }),
  filter: fc.constantFrom<Query["filter"]>(NO_QUERY.filter, {
    join: "and",
    of: [{ field: "name", op: "contains", value: "a" }],
  }),
  search: fc.constantFrom("", "a", "s 7"),
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id, fields: fc.option(fields, { nil: null, freq: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ asked: query }) },
  { weight: 3, arbitrary: fc.record({ ahead: fc.nat(30) }) },
  fc.constant({ reset: true as const }),
);

/** The same, said in the plainest way: one record at a time, one comparison at a time. */
function plainly(records: ReadonlyMap<string, RecordView>, query: Query): readonly string[] {
  const { matches, sorting } = compile(query, FIELDS, TODAY);
  const found = [...records.values()].filter((record) => !record.deleted && (matches?.(record) ?? true));
  return found
    .toSorted((a, b) => compareTo(sorting ?? [], keysOf(sorting ?? [], a), a.id, b))
    .map(({ id }) => id);
}

test("what is kept and made ahead answers as anew, whatever happens in between", () => {
  const start = fc.uniqueArray(fc.record({ id, fields }), { selector: (each) => each.id });
  const room = fc.constantFrom(0, 64, 100, 1000);
  fc.assert(
    fc.property(start, fc.array(step, { maxLength: 30 }), room, (all, steps, room) => {
      const stage = new Stage(Object.fromEntries(all.map(({ id, fields }) => [id, fields])));
      const table = new Table(stage, room);
      let ahead = table.ahead(FIELDS, sortsOf(FIELDS));
      for (const each of steps) {
        if ("id" in each) {
          if (each.fields === null) stage.remove(each.id);
          else stage.set(each.id, each.fields);
        } else if ("reset" in each) {
          stage.records.delete("k1");
          stage.records.set("k2", recordOf("k2", { name: "reset" }));
          stage.tell({ kind: "reset" });
        } else if ("ahead" in each) {
          for (let count = 0; count < each.ahead; count += 1)
            if (ahead.next().done === true) ahead = table.ahead(FIELDS, sortsOf(FIELDS));
        } else {
          const expected = plainly(stage.records, each.asked);
          const { ids, records } = table.find(compile(each.asked, FIELDS, TODAY));
          expect(ids).toEqual(expected);
          expect(records).toEqual(ids.map((id) => stage.records.get(id)));
        }
      }
    }),
    { numRuns: 3000 },
  );
});

const COUNT = 6000;
const nameOf = (at: number): string => `Gate ${(at * 7919) % COUNT}${at % 3 === 0 ? "á" : "a"}`;
const idOf = (at: number): string => `r${String(at).padStart(5, "0")}`;

/** Many records that note who of them is read. */
class Counted {
  readonly stage = new Stage({});
  readonly table: Table;
  /** ids of records whose fields were read, each as often */
  reads: string[] = [];

  constructor(room?: number) {
    for (let at = 0; at < COUNT; at += 1) this.put(idOf(at), { name: nameOf(at), city: `C${at % 9}` });
    this.table = new Table(this.stage, room);
  }

  put(id: string, fields: Fields): void {
    const counted = this;
    this.stage.records.set(id, {
      ...recordOf(id, {}),
      get fields() {
        counted.reads.push(id);
        return fields;
      },
    });
  }

  touch(ids: readonly string[]): void {
    const changes: Changes = { kind: "records", touched: ids, added: [], removed: [] };
    this.stage.tell(changes);
  }

  /** Who was read to answer a question, which is answered as by definition. */
  ask(query: Partial<Query>): ReadonlySet<string> {
    this.reads = [];
    const asked = { ...NO_QUERY, ...query };
    const { ids } = this.table.find(compile(asked, FIELDS, TODAY));
    const read = new Set(this.reads);
    expect(ids).toEqual(plainly(this.stage.records, asked));
    return read;
  }
}

const by = (...names: readonly string[]): Partial<Query> => ({
  sort: names.map((field) => ({ field, descending: false })),
});

const NOBODY = new Set();

test("what was made ahead, a piece at a time, is not made again", () => {
  const counted = new Counted();
  let [most, total] = [0, 0];
  const steps = counted.table.ahead(FIELDS, sortsOf(FIELDS));
  while (steps.next().done !== true) {
    most = Math.max(most, counted.reads.length);
    total += counted.reads.length;
    counted.reads = [];
  }
  expect(total).toBeGreaterThan(COUNT);
  expect(most).toBeLessThanOrEqual(2000);
  for (const query of [by("name"), by("city", "count"), { search: "gate 11" }])
    expect(counted.ask(query)).toEqual(NOBODY);
});

test("of what has changed only that is made anew, unless it is very much", () => {
  const counted = new Counted();
  for (const query of [by("name"), by("city"), { search: "gate" }]) counted.ask(query);
  const some = [3, 1999, 4500].map(idOf);
  for (const id of some) counted.put(id, { name: "Gate 8½", city: "C4" });
  counted.stage.records.delete(idOf(77));
  counted.put("r00077a", { city: "Öd" });
  counted.touch([...some, idOf(77), "r00077a"]);
  expect(counted.ask(by("name"))).toEqual(new Set([...some, "r00077a"]));
  expect(counted.ask(by("city"))).toEqual(NOBODY);
  expect(counted.ask({ search: "gate 8" })).toEqual(new Set([...some, "r00077a"]));

  const many = Array.from({ length: 3000 }, (_, at) => idOf(at + 100));
  for (const [at, id] of many.entries()) counted.put(id, { name: nameOf(at + 100), city: `D${at}` });
  counted.touch(many);
  const before = counted.ask(by("name"));
  expect(before).not.toContain(idOf(5000));
  expect(counted.ask(by("city"))).toContain(idOf(5000));
  expect(counted.ask(by("city"))).toEqual(NOBODY);
});

const ONE = 8 * COUNT;

test("ranks take no more memory than they may: those used last are kept", () => {
  const counted = new Counted(3 * ONE);
  for (const name of ["name", "city", "name", "count", "price"]) counted.ask(by(name));
  expect(counted.ask(by("name"))).toEqual(NOBODY);
  expect(counted.ask(by("city"))).not.toEqual(NOBODY);
});

test("ahead so many are made as a quarter of the room holds", () => {
  const made = FIELDS.filter(({ name }) => {
    const counted = new Counted(4 * ONE);
    atOnce(counted.table.ahead(FIELDS, sortsOf(FIELDS)));
    return counted.ask(by(name)).size === 0;
  });
  expect(made).toHaveLength(1);
});
