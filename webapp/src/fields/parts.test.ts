import { describe, expect, test } from "vitest";
import type { FieldDescription, FieldType, Json } from "../protocol.ts";
import {
  isBlank,
  partOf,
  problemsAt,
  serverProblems,
  readPart,
  sameParts,
  withItem,
  withItems,
  withMoved,
  withoutItem,
  withoutProblems,
  type ListPart,
  type ObjectPart,
  type Part,
} from "./parts.ts";

function field(type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription {
  return { name: "it", label: "It", type, required: false, read_only: false, default: null, ...more };
}

const street = field("text", { name: "street", label: "Street", required: true });
const no = field("integer", { name: "no", label: "No", min: 1 });
const made = field("datetime", { name: "made", label: "Made", read_only: true });
const tags = field("list", { name: "tags", label: "Tags", item: { type: "text", max_length: 5 } });
const address = field("object", { name: "at", label: "Address", fields: [street, no, made, tags] });
const steps = field("list", { name: "steps", label: "Steps", max_length: 2, item: { type: "integer" } });
const places = field("list", { label: "Places", item: { type: "object", fields: [street, no] } });
const places1 = field("object", { fields: [street, no] });

const list = (...parts: readonly Part[]): ListPart => ({
  kind: "list",
  items: parts.map((part, key) => ({ key, part })),
});

const at = (part: Part, name: string): Part => (part as ObjectPart).parts[name] ?? "";

function put(part: Part, name: string, inner: Part): Part {
  const { parts } = part as ObjectPart;
  return { kind: "object", parts: { ...parts, [name]: inner } };
}

describe("parts that nobody touched are the value again", () => {
  test.each<[string, FieldDescription, Json]>([
    ["a text", field("text"), " a\nb "],
    ["nothing", field("text"), null],
    ["an unknown choice", field("choice", { options: ["a"] }), "b"],
    ["choices", field("choices", { options: ["a", "b"] }), ["b", "x"]],
    ["a list", steps, [3, 1]],
    ["an object", address, { street: "Main", no: 2, tags: ["a", "b"] }],
    ["an object with what is only shown", address, { street: "Main", made: "2026-07-30T09:15:00Z" }],
    ["an object in a list", places, [{ street: "Main" }, { street: "Side", no: 1 }]],
  ])("%s", (_what, described, value) => {
    const part = partOf(value, described);
    expect(JSON.stringify(part)).not.toContain("json");
    const read = readPart(part, described);
    if (described.type !== "choice" && described.type !== "choices") expect(read.problems).toEqual({});
    if (Object.keys(read.problems).length === 0) expect(read.value).toEqual(value);
    expect(sameParts(part, partOf(value, described))).toBe(true);
  });

  const asJson = (value: Json): Part => ({ kind: "json", text: JSON.stringify(value, null, 2) });

  test.each<[string, FieldDescription, Json, Part?]>([
    ["a number where text should be", field("text"), 12],
    ["text where a number should be", field("integer"), "twelve"],
    ["text where yes or no should be", field("boolean"), "yes"],
    ["no list at all", steps, { a: 1 }],
    ["a list with nothing in it", steps, [3, null]],
    ["a list of whatever", field("list"), [1, "a"]],
    ["a list with a stranger in it", steps, [3, "one"], list("3", asJson("one"))],
    ["no object at all", address, ["Main"]],
    ["an object with unknown keys", address, { street: "Main", colour: "red" }],
    ["a stranger inside", places, [{ street: 4 }], list(put(partOf({}, places1), "street", asJson(4)))],
  ])("%s is shown as JSON, and nothing of it is lost", (_what, described, value, part = asJson(value)) => {
    expect(partOf(value, described)).toEqual(part);
  });

  test("a day that is none stays as it is written", () => {
    expect(partOf("soon", field("date"))).toBe("soon");
    expect(readPart("soon", field("date")).problems[""]).toMatch(/^It must be a whole date/);
  });
});

describe("what is wrong is told beside the part it is wrong with", () => {
  test("in an object, in a list inside it, and of the whole", () => {
    const part = put(put(partOf({ street: "Main" }, address), "no", "0"), "tags", list("a", "", "abcdef"));
    expect(readPart(part, address).problems).toEqual({
      no: "No must be at least 1.",
      "tags.2": "Item 3 must have at most 5 characters; it has 6.",
    });
    expect(readPart(put(part, "street", ""), address).problems).toMatchObject({
      street: "Street is required.",
    });
    expect(readPart(list("1", "2", "3"), steps).problems).toEqual({
      "": "Steps must have at most 2 elements; it has 3.",
    });
    expect(readPart(list(put(partOf(null, address), "no", "x")), places).problems).toEqual({
      "0.street": "Street is required.",
      "0.no": "No: “x” is not a number; write it like 12.5.",
    });
  });

  test("what the server says, by the same paths", () => {
    const problems = serverProblems({
      code: "validation_failed",
      message: "Not valid.",
      retry: false,
      fields: { "at.tags.2": ["Too long.", "Too odd."], at: ["Bad."], attic: ["Cold."] },
    });
    expect(problemsAt(problems, "at")).toEqual({ "tags.2": "Too long. Too odd.", "": "Bad." });
    expect(problemsAt(problemsAt(problems, "at"), "tags")).toEqual({ "2": "Too long. Too odd." });
    expect(problemsAt(problems, "b")).toEqual({});
  });

  test("until it is changed; of a whole, until any of its parts is", () => {
    const problems = { "": "Odd.", "2": "Long.", "2.name": "Bad.", "2.name.first": "Worse.", "20": "Short." };
    const left = (path: string) => Object.keys(withoutProblems(problems, path));
    expect(left("2.name")).toEqual(["20"]);
    expect(left("2")).toEqual(["20"]);
    expect(left("1")).toEqual(["2", "20", "2.name", "2.name.first"]);
    expect(left("")).toEqual([]);
  });

  test("JSON that is none", () => {
    const part: Part = { kind: "json", text: "[1," };
    expect(readPart(part, steps).problems[""]).toMatch(/^Steps is not valid JSON: /);
    expect(readPart({ kind: "json", text: '{"a": 1}' }, steps).problems).toEqual({
      "": 'Steps must be a list, like ["one", "two"].',
    });
    expect(readPart({ kind: "json", text: " " }, steps)).toEqual({ value: null, problems: {} });
  });
});

describe("nothing is nothing", () => {
  test("blank elements are left out, an object of blanks is empty", () => {
    expect(readPart(list("", "7", ""), steps)).toEqual({ value: [7], problems: {} });
    expect(readPart(list("", ""), steps)).toEqual({ value: null, problems: {} });
    expect(readPart(partOf(null, address), address)).toEqual({ value: null, problems: {} });
    expect(isBlank(partOf({ street: "Main" }, address))).toBe(false);
  });

  test("which a required field refuses", () => {
    const required = { ...address, required: true };
    expect(readPart(partOf(null, required), required).problems).toEqual({ "": "Address is required." });
  });

  test("what is only shown is kept, and makes no object of its own", () => {
    const value = { street: "Main", made: "2026-07-30T09:15:00Z" };
    const cleared = put(partOf(value, address), "street", "");
    expect(readPart(cleared, address)).toEqual({ value: null, problems: {} });
    expect(at(cleared, "made")).toEqual({ kind: "kept", value: "2026-07-30T09:15:00Z" });
  });
});

test("elements are added, taken out, moved and changed without mixing them up", () => {
  const three = list("a", "b", "c");
  const keys = ({ items }: ListPart) => items.map(({ key }) => key);
  const texts = ({ items }: ListPart) => items.map(({ part }) => part);
  const more = withItems(three, 1, ["x", "y"]);
  expect(texts(more)).toEqual(["a", "x", "y", "b", "c"]);
  expect(new Set(keys(more)).size).toBe(5);
  expect(keys(withMoved(three, 2, 0))).toEqual([2, 0, 1]);
  expect(withMoved(three, 0, -1)).toBe(three);
  expect(withMoved(three, 2, 3)).toBe(three);
  expect(keys(withoutItem(three, 1))).toEqual([0, 2]);
  expect(texts(withItem(three, 1, "z"))).toEqual(["a", "z", "c"]);
  expect(sameParts(withMoved(three, 0, 1), list("b", "a", "c"))).toBe(true);
  expect(sameParts(withItems(three, 1, [""]), three)).toBe(true);
  expect(sameParts(withItems(three, 1, ["x"]), three)).toBe(false);
});
