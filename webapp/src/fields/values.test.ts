import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FIELD_TYPES, type FieldDescription, type FieldType, type Json } from "../protocol.ts";
import { VALUE_TYPES } from "./types.ts";
import { offsetAt, showMoment, splitMoment } from "./moment.ts";
import { reasonOf } from "./reason.ts";
import { optionIndex, optionLabel, problemOf, readDraft, Unreadable } from "./values.ts";

function field(type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription {
  return { name: "it", label: "It", type, required: false, read_only: false, default: null, ...more };
}

const read = (type: FieldType, draft: string, more: Partial<FieldDescription> = {}): Json =>
  readDraft(VALUE_TYPES[type], draft, field(type, more));

function refusal(type: FieldType, draft: string, more: Partial<FieldDescription> = {}): string {
  try {
    return `accepted: ${JSON.stringify(read(type, draft, more))}`;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

const colours = { options: ["red", "green", "blue"], option_labels: ["Red", "Green", "Blue"] };
const NINE = { options: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
const tag = { item: { type: "text" } } as const;
const address = {
  fields: [
    field("text", { name: "street", label: "Street", required: true }),
    field("integer", { name: "no", label: "No", min: 1 }),
  ],
};

describe("a draft becomes the wire's value", () => {
  test.each<[FieldType, string, Json, Partial<FieldDescription>?]>([
    ["text", "  outer spaces stay ", "  outer spaces stay "],
    ["text", "", null],
    ["long_text", "two\nlines", "two\nlines"],
    ["integer", " −12 ", -12],
    ["integer", "1e3", 1000],
    ["number", ".5", 0.5],
    ["number", "-0.25", -0.25],
    ["decimal", "12.5", "12.50", { precision: 2 }],
    ["decimal", "+007.10", "7.10"],
    ["decimal", "-0.00", "0.00"],
    ["decimal", "−3", "-3"],
    ["decimal", "12345678901234567890.123", "12345678901234567890.123"],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["date", "2024-02-29", "2024-02-29"],
    ["datetime", "2026-07-30T09:15+02:00", "2026-07-30T09:15:00+02:00"],
    ["datetime", "2026-07-30T09:15:30.250Z", "2026-07-30T09:15:30.250Z"],
    ["choice", '"green"', "green", colours],
    ["choices", '["red","blue"]', ["red", "blue"], colours],
    ["choices", "[]", null, colours],
    ["choice", "\nGREEN", "green", colours],
    ["choice", '"red"\n ', "red", colours],
    ["choices", '["red"]\nblue, Green,red', ["red", "blue", "green"], colours],
    ["boolean", "\nyes", true],
    ["email", " ann@example.org ", "ann@example.org"],
    ["url", "HTTPS://example.org/a?b=c", "HTTPS://example.org/a?b=c"],
    ["list", "one\n\n two ", ["one", "two"], tag],
    ["list", '["a\\nb"]', ["a\nb"], tag],
    ["list", "[1, 2]", [1, 2], { item: { type: "integer" } }],
    ["object", '{"street": "Main", "no": 3}', { street: "Main", no: 3 }, address],
  ])("%s %j → %j", (type, draft, value, more) => {
    expect(read(type, draft, more)).toEqual(value);
  });
});

describe("a draft that cannot be taken is told in words", () => {
  test.each<[FieldType, string, string, Partial<FieldDescription>?]>([
    ["text", "", "It is required.", { required: true }],
    ["text", "abcd", "It must have at most 3 characters; it has 4.", { max_length: 3 }],
    ["text", "👍👍", "It must have at least 3 characters.", { min_length: 3 }],
    ["text", "x1", "It does not have the expected form.", { pattern: "[0-9]" }],
    ["integer", "1.5", "It must be a whole number."],
    ["choice", '"red"\ngr', "It: “gr” is not one of the choices: Red, Green, Blue.", colours],
    ["choices", "\nwriting", "It: “writing” is not one of the choices: Red, Green, Blue.", colours],
    ["choice", "\n0", "It: “0” is not one of the choices: 1, 2, 3, 4, 5, 6, 7, 8, …", NINE],
    ["boolean", "\nperhaps", "It: “perhaps” is not one of the choices: Yes, No."],
    ["integer", "0", "It must be at least 1.", { min: 1 }],
    ["number", "1,5", "It: “1,5” is not a number; use a point for decimals and nothing between thousands."],
    ["number", "ten", "It: “ten” is not a number; write it like 12.5."],
    ["number", "5", "It must be less than 5.", { max: 5, max_exclusive: true }],
    ["decimal", "1e5", "It: write a decimal number like 12.50."],
    ["decimal", ".", "It: write a decimal number like 12.50."],
    ["decimal", "1.234", "It may have at most 2 digits after the point.", { precision: 2 }],
    [
      "decimal",
      "0.1000000000000000056",
      "It must be at most 0.1000000000000000055.",
      { max: "0.1000000000000000055" },
    ],
    ["date", "2026-02-30", "It must be a whole date, like 2026-07-30."],
    ["date", "incomplete", "It must be a whole date, like 2026-07-30."],
    ["date", "2026-01-01", "It must be at least 2026-01-02.", { min: "2026-01-02" }],
    ["datetime", "2026-07-30T09:15:00", "It must be a whole date and time."],
    ["datetime", "2026-02-30T09:15:00Z", "It must be a whole date and time."],
    [
      "datetime",
      "2026-01-01T00:30:00+01:00",
      `It must be at least ${showMoment("2026-01-01T00:00:00Z", false)}.`,
      { min: "2026-01-01T00:00:00Z" },
    ],
    ["choice", '"pink"', "It: “pink” is not one of the choices.", colours],
    ["choices", '["red","pink"]', "It: “pink” is not one of the choices.", colours],
    ["choices", '["red","blue"]', "It must have at most 1 choices; it has 2.", { ...colours, max_length: 1 }],
    ["email", "ann@home", "It must be an e-mail address, like ann@example.org."],
    ["url", "javascript:alert(1)", "It must be an address that starts with http:// or https://."],
    ["url", "example.org", "It must be an address that starts with http:// or https://."],
    ["list", "a\nb", "It must have at most 1 elements; it has 2.", { ...tag, max_length: 1 }],
    ["list", "[1, 2.5]", "It, element 2 must be a whole number.", { item: { type: "integer" } }],
    ["list", "[null]", "It, element 1 is required.", { item: { type: "integer" } }],
    ["object", "[1]", 'It must be an object, like {"street": …}.', address],
    ["object", '{"stret": "x"}', "It has no “stret”; it has street, no.", address],
    ["object", '{"no": 1}', "It › Street is required.", address],
    ["object", '{"street": "x", "no": 0}', "It › No must be at least 1.", address],
  ])("%s %j: %s", (type, draft, sentence, more) => {
    expect(refusal(type, draft, more)).toBe(sentence);
  });

  test("broken JSON: where and like what", () => {
    expect(refusal("object", '{"street": ', address)).toMatch(
      /^It is not valid JSON: .+\. Write it like \{"street": …\}\.$/,
    );
    expect(refusal("list", "[1,", { item: { type: "integer" } })).toMatch(/^It is not valid JSON: /);
  });
});

describe("an editor that is opened and closed changes nothing", () => {
  test.each<[FieldType, Json, Partial<FieldDescription>?]>([
    ["text", " a "],
    ["long_text", "a\nb"],
    ["integer", -5],
    ["number", 1e21],
    ["decimal", "12.50"],
    ["boolean", false],
    ["date", "2026-07-30"],
    ["datetime", "2026-07-30T09:15:00.123456-03:30"],
    ["choice", "red", colours],
    ["choices", ["blue", "red"], colours],
    ["email", "ann@example.org"],
    ["url", "http://example.org"],
    ["list", ["a", "b c"], tag],
    ["list", [" a", "[b", "c\nd"], tag],
    ["list", [1.5, 2], { item: { type: "number" } }],
    ["object", { street: "Main", no: 2 }, address],
  ])("%s %j", (type, value, more) => {
    const kind = VALUE_TYPES[type];
    expect(read(type, kind.draft(value, field(type, more)), more)).toEqual(value);
    expect(problemOf(kind, value, field(type, more))).toBeNull();
  });
});

test("every type shows a value as one line of text that is not JSON's null", () => {
  const shown: Record<FieldType, [Json, string, Partial<FieldDescription>?]> = {
    text: ["a", "a"],
    long_text: ["a b", "a b"],
    integer: [1200, "1200"],
    number: [0.5, "0.5"],
    decimal: ["12.50", "12.50"],
    boolean: [true, "Yes"],
    date: ["2026-07-30", "2026-07-30"],
    datetime: [`2026-07-30T09:15:00${offsetAt("2026-07-30T09:15")}`, "2026-07-30 09:15"],
    choice: ["red", "Red", colours],
    choices: [["red", "blue"], "Red, Blue", colours],
    email: ["a@b.c", "a@b.c"],
    url: ["http://b.c", "http://b.c"],
    list: [["a", "b"], "a, b", tag],
    object: [{ street: "Main", no: 3 }, "Main, 3", address],
  };
  for (const type of FIELD_TYPES) {
    const [value, text, more] = shown[type];
    expect(VALUE_TYPES[type].show(value, field(type, more))).toBe(text);
  }
});

test("choices sort as they are described, not by letter; date-times by instant, not by text", () => {
  const { choice, datetime } = VALUE_TYPES;
  const it = field("choice", colours);
  expect(choice.key("red", it)).toBeLessThan(Number(choice.key("blue", it)));
  expect(choice.key("mauve", it)).toBeGreaterThan(Number(choice.key("blue", it)));
  const early = datetime.key("2026-07-30T09:00:00+02:00", field("datetime"));
  const late = datetime.key("2026-07-30T08:00:00Z", field("datetime"));
  expect(early).toBeLessThan(Number(late));
  const microsecond = datetime.key("2026-07-30T08:00:00.000001Z", field("datetime"));
  expect(microsecond).toBeGreaterThan(Number(late));
});

test("an option is found by its place, the first of two; what is none has none", () => {
  const it = field("choice", { options: ["a", "b", "a"], option_labels: ["A", "B", "Another A"] });
  expect(["a", "b", "c"].map((value) => optionIndex(value, it))).toEqual([0, 1, -1]);
  expect(["a", "b", "c"].map((value) => optionLabel(value, it))).toEqual(["A", "B", "c"]);
  expect(optionIndex("a", field("choice"))).toBe(-1);
});

test("a wall time keeps its offset; a new one gets this place's", () => {
  expect(splitMoment("2026-07-30T09:15:00+02:00")).toEqual({ wall: "2026-07-30T09:15:00", offset: "+02:00" });
  expect(splitMoment("2026-07-30T09:15:00Z")).toEqual({ wall: "2026-07-30T09:15:00", offset: "Z" });
  expect(splitMoment("")).toEqual({ wall: "", offset: null });
  const wall = "2026-07-30T09:15:00";
  expect(new Date(`${wall}${offsetAt(wall)}`).getTime()).toBe(new Date(wall).getTime());
});

describe("date-times as a clock in Berlin shows them", () => {
  const before = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = "Europe/Berlin";
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  test.each([
    ["2026-11-23T02:53:00+01:00", false, "2026-11-23 02:53"],
    ["2026-11-23T02:53:07.123456+01:00", false, "2026-11-23 02:53:07"],
    ["2026-11-23T02:53:00.123456+00:00", true, "2026-11-23 03:53"],
    ["2026-12-31T23:30:00Z", true, "2027-01-01 00:30"],
    ["2026-11-23T02:53:00.000000Z", false, "2026-11-23 02:53 Z"],
    ["2026-07-30T09:15:30-03:30", false, "2026-07-30 09:15:30 -03:30"],
    ["2026-10-25T02:30:00+02:00", false, "2026-10-25 02:30"], // the hour that comes twice, summer's
    ["2026-10-25T02:30:00+01:00", false, "2026-10-25 02:30"], // and winter's
    ["soon", true, "soon"],
  ])("%s, read only %s: %s", (moment, readOnly, text) => {
    expect(showMoment(moment, readOnly)).toBe(text);
  });
});

test("a refusal is told with labels, of the field that is asked about", () => {
  const fields = [
    field("object", { name: "at", label: "Address", ...address }),
    field("text", { name: "b", label: "B" }),
  ];
  const error = {
    code: "validation_failed",
    message: "Not valid.",
    retry: false,
    fields: { "at.street": ["Too long."], b: ["Bad.", "Worse."], _schema: ["Odd."] },
  } as const;
  expect(reasonOf(error, fields, "b")).toBe("B: Bad. Worse.");
  expect(reasonOf(error, fields, "at")).toBe("Address › Street: Too long.");
  expect(reasonOf(error, fields)).toBe("Address › Street: Too long. B: Bad. Worse. Record: Odd.");
  expect(reasonOf({ code: "gone", message: "It is gone.", retry: false }, fields, "b")).toBe("It is gone.");
});
