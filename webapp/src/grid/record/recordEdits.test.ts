import { beforeEach, expect, test, vi } from "vitest";
import type { FieldDescription, FieldType, Fields, WireError } from "../../protocol.ts";
import { InvalidValue, type RecordView } from "../../sync/types.ts";
import { RecordEdits } from "./recordEdits.ts";

function field(name: string, type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription {
  return { name, label: name, type, required: false, read_only: false, default: null, ...more };
}

const title = field("title", "text", { required: true });
const hours = field("hours", "integer", { max: 9 });
const steps = field("steps", "list", { item: { type: "text", max_length: 5 } });

let stored: Record<string, Fields>;
let update: ReturnType<typeof vi.fn<(id: string, patch: Fields, was: Fields) => string | null>>;
let edits: RecordEdits;

beforeEach(() => {
  stored = { a: { title: "Paint", hours: 3 }, b: { title: "Sand" } };
  update = vi.fn((id: string, patch: Fields) => {
    stored[id] = { ...stored[id], ...patch };
    return "m";
  });
  const get = (id: string): RecordView => ({
    id,
    version: 1,
    fields: stored[id] ?? {},
    deleted: false,
    pending: new Set(),
    refused: {},
    state: "saved",
  });
  edits = new RecordEdits({ get, update });
});

test("r8: what is saved names what the field showed when it got the focus, not what came meanwhile", () => {
  edits.begin("a", title);
  stored["a"] = { title: "Ben's" };
  expect(edits.get("a", title)?.part).toBe("Paint"); // a field in edit keeps what stands in it
  edits.write("a", title, "Ann's", "");
  expect(edits.commit("a", title)).toBe(true);
  expect(update.mock.calls).toEqual([["a", { title: "Ann's" }, { title: "Paint" }]]);
  edits.write("a", title, "Ann's again", ""); // without having lost the focus
  edits.commit("a", title);
  expect(update.mock.lastCall).toEqual(["a", { title: "Ann's again" }, { title: "Ann's" }]);
});

test("what was only looked at is not saved, nor what is as it was", () => {
  edits.begin("a", title);
  expect(edits.commit("a", title)).toBe(true);
  edits.write("a", title, "Other", "");
  edits.write("a", title, "Paint", "");
  expect(edits.changed("a", title)).toBe(false);
  expect(edits.commit("a", title)).toBe(true);
  expect(update).not.toHaveBeenCalled();
});

test("what cannot be saved stays, with its reason, until that part of it is changed", () => {
  edits.write("a", hours, "12", "");
  expect(edits.commit("a", hours)).toBe(false);
  expect(edits.get("a", hours)).toMatchObject({ part: "12", problems: { "": "hours must be at most 9." } });
  edits.write("a", hours, "7", "");
  expect(edits.get("a", hours)?.problems).toEqual({});
  expect(edits.commit("a", hours)).toBe(true);
  expect(stored["a"]?.["hours"]).toBe(7);
  update.mockImplementationOnce(() => {
    throw new InvalidValue({ title: ["Contains a NUL character."] });
  });
  edits.write("a", title, "\0", "");
  expect(edits.commit("a", title)).toBe(false);
  expect(edits.get("a", title)?.problems).toEqual({ "": "Contains a NUL character." });
});

test("records and fields do not know each other", () => {
  edits.write("a", title, "Ann's", "");
  edits.write("b", title, "Ben's", "");
  edits.drop("a", title);
  expect(edits.get("a", title)).toBeUndefined();
  expect(edits.commit("b", title)).toBe(true);
  expect(stored).toMatchObject({ a: { title: "Paint" }, b: { title: "Ben's" } });
});

test("a value that was not taken is edited again, over what is stored, with the server's reasons inside it", () => {
  const error: WireError = {
    code: "validation_failed",
    message: "Not valid.",
    retry: false,
    fields: { "steps.1": ["Too long."], title: ["Odd."] },
  };
  edits.again("a", steps, { value: ["sand", "varnish"], error, mutationId: "m" });
  expect(edits.get("a", steps)).toMatchObject({ was: null, problems: { "1": "Too long." } });
  expect(edits.changed("a", steps)).toBe(true);
  expect(edits.commit("a", steps)).toBe(false);
  expect(edits.get("a", steps)?.problems).toEqual({
    "1": "Item 2 must have at most 5 characters; it has 7.",
  });
});

test("whoever listens is told of each change, and of none that is none", () => {
  const told = vi.fn();
  const off = edits.subscribe(told);
  edits.begin("a", title);
  edits.begin("a", title);
  edits.drop("b", title);
  expect(told).toHaveBeenCalledTimes(1);
  off();
  edits.drop("a", title);
  expect(told).toHaveBeenCalledTimes(1);
});
