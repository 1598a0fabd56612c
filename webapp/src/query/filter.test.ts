import { describe, expect, test } from "vitest";
import type { FieldDescription, FieldType, Json } from "../protocol.ts";
import { asksToday, conditionsOf, describe as inWords, matchesOf, problemsOf } from "./filter.ts";
import type { Condition, Filter } from "./query.ts";
import { recordOf } from "./testkit.ts";

const fieldOf = (name: string, type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  label: name.toUpperCase(),
  type,
  required: false,
  read_only: false,
  default: null,
  ...more,
});

const FIELDS = [
  fieldOf("city", "text"),
  fieldOf("size", "number"),
  fieldOf("since", "date"),
  fieldOf("kind", "choice", { options: ["r", "g"], option_labels: ["Red", "Green"] }),
];
const is = (field: string, op: string, value: Json = null): Condition => ({ field, op, value });
const all = (...of: readonly Filter[]): Filter => ({ join: "and", of });
const any = (...of: readonly Filter[]): Filter => ({ join: "or", of });

const CALENDAR = { today: "2024-02-29", weekStart: 1 };
const passes = (filter: Filter, city: string, size: number): boolean | undefined =>
  matchesOf(filter, FIELDS, CALENDAR)?.(recordOf("a", { city, size }));

describe("groups", () => {
  const big = is("size", "more", 10);
  const zug = is("city", "is", "Zug");

  test("of and need all, of or one", () => {
    expect([passes(all(big, zug), "Zug", 11), passes(all(big, zug), "Zug", 9)]).toEqual([true, false]);
    expect([passes(any(big, zug), "Zug", 9), passes(any(big, zug), "Bern", 9)]).toEqual([true, false]);
  });

  test("nest", () => {
    const filter = any(all(big, any(zug, is("city", "is", "Bern"))), is("size", "equal", 0));
    expect(passes(filter, "Bern", 11)).toBe(true);
    expect(passes(filter, "Genf", 11)).toBe(false);
    expect(passes(filter, "Genf", 0)).toBe(true);
  });

  test("without anything to ask let everything pass", () => {
    const absent = [is("city", "is"), is("nowhere", "is", "x"), is("city", "odd", "x"), all()];
    expect(matchesOf(all(), FIELDS, CALENDAR)).toBeNull();
    expect(matchesOf(any(...absent), FIELDS, CALENDAR)).toBeNull();
    expect(passes(any(zug, ...absent), "Bern", 0)).toBe(false);
    expect(passes(all(zug, ...absent), "Zug", 0)).toBe(true);
  });
});

test("what is left out of a query is told, with the reason", () => {
  const ok = is("size", "equal", 0);
  const [incomplete, unknown, odd] = [is("city", "is"), is("nowhere", "is", "x"), is("city", "less", 1)];
  const sort = [
    { field: "city", descending: false },
    { field: "gone", descending: true },
  ];
  expect(
    problemsOf({ sort, filter: { join: "and", of: [ok, any(incomplete, unknown), odd] } }, FIELDS),
  ).toEqual([
    { of: sort[1], why: "There is no field “gone” any more; this is left out." },
    { of: incomplete, why: "Say what CITY is to be compared with; until then this is left out." },
    { of: unknown, why: "There is no field “nowhere” any more; this is left out." },
    { of: odd, why: "CITY cannot be asked this; it is left out." },
  ]);
});

test("all conditions are found, and whether the day matters", () => {
  const within = is("since", "within", { span: "today" });
  const filter = all(is("city", "is", "x"), any(within, all(is("size", "empty"))));
  expect(conditionsOf(filter).map(({ field }) => field)).toEqual(["city", "since", "size"]);
  expect([asksToday(filter), asksToday(all(is("since", "is", "2024-02-29")))]).toEqual([true, false]);
});

test.each<[condition: Condition, sentence: string]>([
  [is("city", "contains", "x"), "CITY contains “x”"],
  [is("city", "empty"), "CITY is empty"],
  [is("city", "is"), "CITY is “…”"],
  [is("size", "at_least", 5), "SIZE ≥ 5"],
  [is("size", "between", [1, null]), "SIZE is between 1 and …"],
  [is("size", "equal"), "SIZE = …"],
  [is("since", "before", "2024-02-29"), "SINCE is before 2024-02-29"],
  [is("since", "between", ["2024-02-29", "2024-03-01"]), "SINCE is between 2024-02-29 and 2024-03-01"],
  [is("since", "within", { span: "last_week" }), "SINCE is within last week"],
  [is("since", "within", { span: "past_days", days: 7 }), "SINCE is within the past 7 days"],
  [is("since", "within", { span: "next_days", days: 1 }), "SINCE is within the next 1 day"],
  [is("since", "within"), "SINCE is within …"],
  [is("kind", "any_of", ["r", "g"]), "KIND is any of Red, Green"],
  [is("kind", "none_of", []), "KIND is none of …"],
  [is("kind", "like", "r"), "KIND cannot be asked this; it is left out."],
])("%j in words: %s", (condition, sentence) => {
  const field = FIELDS.find(({ name }) => name === condition.field);
  expect(field && inWords(condition, field)).toBe(sentence);
});
