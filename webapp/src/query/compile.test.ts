import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIELD_TYPES, type FieldDescription, type FieldType, type Fields, type Json } from "../protocol.ts";
import { compile } from "./compile.ts";
import { operatorsOf } from "./filter.ts";
import { naive } from "./naive.ts";
import { NO_FILTER, NO_QUERY, type Filter, type Query } from "./query.ts";
import { recordOf, Stage } from "./testkit.ts";

const zone = process.env["TZ"];
beforeAll(() => {
  process.env["TZ"] = "UTC";
});
afterAll(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const TODAY = "2024-02-29";

const describeField = (type: FieldType): FieldDescription => ({
  name: type,
  label: type,
  type,
  required: false,
  read_only: false,
  default: null,
  ...(type.startsWith("choice") && { options: ["r", "g", "b"], option_labels: ["Red", "Green", "Blue"] }),
  ...(type === "list" && { item: { type: "text" } }),
  ...(type === "object" && { fields: [{ ...describeField("text"), name: "x" }] }),
});

const ALL = FIELD_TYPES.map(describeField);

const pick = <T>(...of: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...of);
const text = fc.string({ unit: pick("a", "A", "á", "b", "B", " "), minLength: 1, maxLength: 3 });
const number = pick<number>(-2.5, -1, 0, 1, 2, 10, 1e21);
const decimal = pick("0", "-2.5", "-2.50", "1", "10", "0.1000000000000000055", "0.1000000000000000056");
const day = pick("2023-12-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-07", "0099-01-01");
const moment = fc
  .tuple(day, pick("00:00", "09:15", "23:30"), pick("Z", "+02:00", "-03:30"))
  .map(([day, time, offset]) => `${day}T${time}:00${offset}`);
const option = pick<Json>("r", "g", "b", "mauve");
const options = fc.array(option, { maxLength: 3 });

/** Values that fit each type. */
const VALUES: Record<FieldType, fc.Arbitrary<Json>> = {
  text,
  long_text: text,
  integer: number,
  number,
  decimal,
  boolean: fc.boolean(),
  date: day,
  datetime: moment,
  choice: option,
  choices: options,
  email: text,
  url: text,
  list: fc.array(text, { maxLength: 2 }),
  object: fc.record({ x: fc.option(text, { nil: null }) }),
};

/** Values that fit few of them. */
const odd = pick<Json>(
  true,
  5,
  "odd",
  "soon",
  "2024-02-30x",
  [1],
  [],
  [null],
  {},
  { x: 1 },
  -0.5,
  "1e5",
  "12",
);

const valueOf = (type: FieldType): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 6, arbitrary: VALUES[type] }, { weight: 2, arbitrary: fc.constant(null) }, odd);

const fieldsArb: fc.Arbitrary<Fields> = fc.record(
  Object.fromEntries(FIELD_TYPES.map((type) => [type, valueOf(type)])),
);

const pairOf = (each: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.tuple(each, fc.option(each, { freq: 8, nil: null }));
const span = fc.record({ span: pick("past_days", "next_days"), days: pick(0, 1, 7, 60) });

const askedOf = (type: FieldType): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 4, arbitrary: type === "datetime" ? day : VALUES[type] },
    { weight: 2, arbitrary: pairOf(type === "datetime" ? day : VALUES[type]) },
    { weight: 2, arbitrary: type.startsWith("date") ? span : type.startsWith("choice") ? options : text },
    odd,
    fc.constant(null),
  );

const condition: fc.Arbitrary<Filter> = pick(...ALL).chain((field) =>
  fc.record({
    field: fc.oneof({ weight: 15, arbitrary: fc.constant(field.name) }, fc.constant("unknown")),
    op: pick(...operatorsOf(field).map(({ op }) => op), "nonsense"),
    value: askedOf(field.type),
  }),
);

const { group } = fc.letrec<{ group: Query["filter"]; filter: Filter }>((tie) => ({
  group: fc.record({
    join: pick("and" as const, "or" as const),
    of: fc.array(tie("filter"), { maxLength: 3 }),
  }),
  filter: fc.oneof({ depthSize: "small", withCrossShrink: true }, condition, tie("group")),
}));

const sort = fc.array(
  fc.record({ field: pick<string>(...FIELD_TYPES, "unknown"), descending: fc.boolean() }),
  { maxLength: 3 },
);

const query: fc.Arbitrary<Query> = fc.record({
  sort,
  filter: fc.oneof(fc.constant(NO_FILTER), group),
  search: fc.oneof({ weight: 3, arbitrary: fc.constant("") }, text),
});

const ids = ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"];
const records = fc.array(fc.record({ id: pick(...ids), fields: fieldsArb }), { maxLength: 12 });

const filled = (all: readonly { readonly id: string; readonly fields: Fields }[]): Stage =>
  new Stage(Object.fromEntries(all.map(({ id, fields }) => [id, fields])));

describe("a compiled query equals its definition", () => {
  test("asked of any records, odd values too", () => {
    fc.assert(
      fc.property(records, query, (all, query) => {
        const stage = filled(all);
        stage.view.ask(compile(query, ALL, TODAY));
        expect(stage.view.ids()).toEqual(naive(stage.records.values(), query, ALL, TODAY));
      }),
      { numRuns: 1000 },
    );
  });

  test("one condition at a time", () => {
    const one = condition.map((each): Query => ({ ...NO_QUERY, filter: { join: "and", of: [each] } }));
    fc.assert(
      fc.property(records, one, (all, query) => {
        const stage = filled(all);
        stage.view.ask(compile(query, ALL, TODAY));
        expect(stage.view.ids()).toEqual(naive(stage.records.values(), query, ALL, TODAY));
      }),
      { numRuns: 1500 },
    );
  });

  test("kept up by edits, and page by page", () => {
    const edit = fc.record({ id: pick(...ids), fields: fc.option(fieldsArb, { freq: 4, nil: null }) });
    const step = fc.record({ edits: fc.array(edit, { maxLength: 4 }), page: fc.nat(3), size: pick(1, 2, 3) });
    fc.assert(
      fc.property(records, query, fc.array(step, { maxLength: 5 }), (all, query, steps) => {
        const stage = filled(all);
        stage.view.ask(compile(query, ALL, TODAY));
        for (const { edits, page, size } of steps) {
          for (const { id, fields } of edits) {
            if (fields === null) stage.remove(id);
            else stage.set(id, fields);
          }
          stage.view.show(page, size);
          stage.rest();
          const expected = naive(stage.records.values(), query, ALL, TODAY);
          expect(stage.view.ids()).toEqual(expected);
          const shown = stage.view.snapshot();
          expect(shown.count).toBe(expected.length);
          expect(shown.rows.map(({ id }) => id)).toEqual(
            expected.slice(shown.page * size, (shown.page + 1) * size),
          );
          for (const [at, id] of expected.entries()) expect(stage.view.indexOf(id)).toBe(at);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test("nothing asked is everything, without a test or a sort", () => {
  expect(compile(NO_QUERY, ALL, TODAY)).toEqual({ matches: null, searched: null, sorting: null });
  const absent: Query = {
    sort: [{ field: "unknown", descending: true }],
    filter: {
      join: "or",
      of: [
        { join: "and", of: [] },
        { field: "text", op: "is", value: null },
      ],
    },
    search: "  ",
  };
  expect(compile(absent, ALL, TODAY)).toEqual({ matches: null, searched: null, sorting: null });
});

describe("search", () => {
  const found = (search: string, fields: Fields, of = ALL): boolean =>
    compile({ ...NO_QUERY, search }, of, TODAY).matches?.(recordOf("a", fields)) ?? true;

  test("finds every word, in whatever field, without case and accents", () => {
    const fields = { text: "Zürich Airport", choice: "r", integer: 8058 };
    expect(found("zurich", fields)).toBe(true);
    expect(found(" 8058  RED port ", fields)).toBe(true);
    expect(found("zurich blue", fields)).toBe(false);
    expect(found("null", fields)).toBe(false);
  });

  test("finds no word across two fields", () => {
    expect(found("ab", { text: "a", long_text: "b" })).toBe(false);
  });

  test("keeps to the fields that are there, when they change too", () => {
    const record = recordOf("a", { text: "here", email: "there" });
    const some = ALL.filter(({ name }) => name !== "email");
    const search = { ...NO_QUERY, search: "there" };
    expect(compile(search, ALL, TODAY).matches?.(record)).toBe(true);
    expect(compile(search, some, TODAY).matches?.(record)).toBe(false);
  });
});
