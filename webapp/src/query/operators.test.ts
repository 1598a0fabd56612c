import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FIELD_TYPES, type FieldDescription, type FieldType, type Json } from "../protocol.ts";
import { compile } from "./compile.ts";
import { newCondition, operatorsOf } from "./filter.ts";
import { NO_QUERY } from "./query.ts";
import { recordOf } from "./testkit.ts";

const MORE: Partial<Record<FieldType, Partial<FieldDescription>>> = {
  choice: { options: ["r", "g"], option_labels: ["Red", "Green"] },
  choices: { options: ["r", "g", "b"] },
  list: { item: { type: "text" } },
};

const fieldOf = (type: FieldType): FieldDescription => ({
  name: "it",
  label: "It",
  type,
  required: false,
  read_only: false,
  default: null,
  ...MORE[type],
});

/** Those of some values that pass; null where the condition counts as absent. */
function passing(type: FieldType, op: string, value: Json, of: readonly Json[], today = "2024-02-29") {
  const filter = { join: "and" as const, of: [{ field: "it", op, value }] };
  const { matches } = compile({ ...NO_QUERY, filter }, [fieldOf(type)], today);
  return matches && of.filter((each) => matches(recordOf("a", { it: each })));
}

const CITIES = ["Zürich", "zurich", "Bad Zurzach", "Zug", null];
const SOME = CITIES.slice(0, 4);

type Case = readonly [op: string, value: Json, passes: readonly Json[] | null];

describe("text", () => {
  test.each<Case>([
    ["contains", "zur", ["Zürich", "zurich", "Bad Zurzach"]],
    ["not_contains", "ZÜR", ["Zug", null]],
    ["is", "ZURICH", ["Zürich", "zurich"]],
    ["is_not", "zürich", ["Bad Zurzach", "Zug", null]],
    ["starts_with", "Zu", ["Zürich", "zurich", "Zug"]],
    ["ends_with", "ACH", ["Bad Zurzach"]],
    ["empty", null, [null]],
    ["not_empty", "ignored", SOME],
    ["contains", null, null],
    ["contains", "", null],
    ["contains", 5, null],
    ["like", "zur", null],
  ])("%s %j", (op, value, expected) => {
    for (const type of ["text", "long_text", "email", "url"] as const)
      expect(passing(type, op, value, CITIES)).toEqual(expected);
  });

  test("a list and an object are asked by what they show", () => {
    const lists = [["a", "b"], ["ab"], [], null];
    expect(passing("list", "contains", "A, B", lists)).toEqual([["a", "b"]]);
    expect(passing("list", "is", "ab", lists)).toEqual([["ab"]]);
    expect(passing("list", "empty", null, lists)).toEqual([[], null]);
    expect(passing("list", "not_contains", "a", lists)).toEqual([[], null]);
  });
});

describe("numbers", () => {
  test.each<Case>([
    ["equal", 2, [2]],
    ["not_equal", 2, [1, 10, null, "2"]],
    ["less", 2, [1]],
    ["at_most", 2, [1, 2]],
    ["more", 2, [10]],
    ["at_least", 2, [2, 10]],
    ["between", [2, 10], [2, 10]],
    ["between", [2, 0], [1, 2]],
    ["between", [2, null], null],
    ["between", 2, null],
    ["empty", null, [null]],
    ["equal", "2", null],
    ["equal", null, null],
  ])("%s %j", (op, value, expected) => {
    for (const type of ["integer", "number"] as const)
      expect(passing(type, op, value, [1, 2, 10, null, "2"])).toEqual(expected);
  });

  test("decimals exactly, beyond fifteen digits", () => {
    const values = ["0.1000000000000000055", "0.1000000000000000056", "0.10", "12.5", null];
    expect(passing("decimal", "equal", "0.1000000000000000055", values)).toEqual(["0.1000000000000000055"]);
    expect(passing("decimal", "more", "0.1000000000000000055", values)).toEqual([
      "0.1000000000000000056",
      "12.5",
    ]);
    expect(passing("decimal", "equal", "0.1", values)).toEqual(["0.10"]);
    expect(passing("decimal", "not_equal", "12.50", values)).toEqual([...values.slice(0, 3), null]);
    expect(passing("decimal", "between", ["9", "123456789012345678901"], values)).toEqual(["12.5"]);
    expect(passing("decimal", "equal", 12.5, values)).toEqual(["12.5"]);
    expect(passing("decimal", "equal", "1e3", values)).toBeNull();
  });
});

describe("dates", () => {
  const DAYS = ["2023-02-28", "2024-02-28", "2024-02-29", "2024-03-01", null, "soon"];

  test.each<Case>([
    ["is", "2024-02-29", ["2024-02-29"]],
    ["before", "2024-02-29", ["2023-02-28", "2024-02-28"]],
    ["after", "2024-02-29", ["2024-03-01"]],
    ["on_or_before", "2024-02-28", ["2023-02-28", "2024-02-28"]],
    ["on_or_after", "2024-02-29", ["2024-02-29", "2024-03-01"]],
    ["between", ["2024-02-29", "2024-03-01"], ["2024-02-29", "2024-03-01"]],
    ["between", ["2024-02-29", "2024-02-01"], ["2024-02-28", "2024-02-29"]],
    ["between", ["2024-02-29", null], null],
    ["within", { span: "today" }, ["2024-02-29"]],
    ["within", { span: "this_month" }, ["2024-02-28", "2024-02-29"]],
    ["within", { span: "past_days", days: 1 }, ["2024-02-28", "2024-02-29"]],
    ["within", { span: "next_days", days: 1 }, ["2024-02-29", "2024-03-01"]],
    ["within", { span: "last_year" }, ["2023-02-28"]],
    ["within", { span: "next_days", days: null }, null],
    ["within", "today", null],
    ["empty", null, [null]],
    ["is", "2023-02-29", null],
    ["is", "yesterday", null],
  ])("%s %j", (op, value, expected) => {
    expect(passing("date", op, value, DAYS)).toEqual(expected);
  });
});

describe.each([
  ["America/New_York", "2024-03-10"], // the clocks go forward
  ["Asia/Kolkata", "2024-03-10"],
  ["Pacific/Apia", "2024-03-11"],
])("date-times as the calendar in %s has them", (zone, day) => {
  const before = process.env["TZ"];
  beforeEach(() => {
    process.env["TZ"] = zone;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  });

  test("noon in Greenwich", () => {
    const noon = "2024-03-10T12:00:00Z";
    const same = "2024-03-10T21:00:00+09:00";
    expect(passing("datetime", "is", day, [noon, same, null, "soon", 5])).toEqual([noon, same]);
    expect(passing("datetime", "within", { span: "today" }, [noon], day)).toEqual([noon]);
    expect(passing("datetime", "before", day, [noon])).toEqual([]);
  });

  test("the first and the last minute of a day", () => {
    const first = new Date(2024, 2, 10, 0, 0).toISOString();
    const last = new Date(2024, 2, 10, 23, 59, 59, 999).toISOString();
    const next = new Date(2024, 2, 11, 0, 0).toISOString();
    expect(passing("datetime", "is", "2024-03-10", [first, last, next])).toEqual([first, last]);
    expect(passing("datetime", "after", "2024-03-10", [first, last, next])).toEqual([next]);
    expect(passing("datetime", "on_or_before", "2024-03-10", [first, last, next])).toEqual([first, last]);
  });
});

describe("options", () => {
  test.each<Case>([
    ["any_of", ["r", "b"], ["r"]],
    ["none_of", ["r"], ["g", "mauve", null]],
    ["any_of", [], null],
    ["any_of", null, null],
    ["empty", null, [null]],
    ["all_of", ["r"], null],
  ])("of a choice: %s %j", (op, value, expected) => {
    expect(passing("choice", op, value, ["r", "g", "mauve", null])).toEqual(expected);
  });

  test.each<Case>([
    ["any_of", ["r", "b"], [["r"], ["r", "g"]]],
    ["all_of", ["g", "r"], [["r", "g"]]],
    ["none_of", ["r"], [["g"], [], null]],
    ["empty", null, [[], null]],
    ["not_empty", null, [["r"], ["r", "g"], ["g"]]],
    ["all_of", [], null],
  ])("of choices: %s %j", (op, value, expected) => {
    expect(passing("choices", op, value, [["r"], ["r", "g"], ["g"], [], null])).toEqual(expected);
  });

  test.each<Case>([
    ["yes", null, [true]],
    ["no", null, [false]],
    ["empty", null, [null]],
    ["not_empty", null, [true, false, "yes"]],
  ])("of yes and no: %s", (op, value, expected) => {
    expect(passing("boolean", op, value, [true, false, null, "yes"])).toEqual(expected);
  });
});

test("every field may be asked, first what is asked most; a new condition is complete or waits for its value", () => {
  for (const type of FIELD_TYPES) {
    const field = fieldOf(type);
    const [first] = operatorsOf(field);
    expect(newCondition(field)).toEqual({ field: "it", op: first?.op, value: first?.initial });
    const names = operatorsOf(field).map(({ op }) => op);
    expect(new Set(names).size).toBe(names.length);
    for (const { op, initial, input, label } of operatorsOf(field)) {
      expect(label).not.toBe("");
      const complete = input === "none" || input === "span";
      expect(passing(type, op, initial, []) !== null).toBe(complete);
    }
  }
});
