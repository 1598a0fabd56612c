import { describe, expect, test } from "vitest";
import type { ErrorCode, FieldDescription } from "../../protocol.ts";
import type { KeptMutation, News, RecordView } from "../../sync/types.ts";
import { copyOf, kindOf, lineOf } from "./lines.ts";

const BEN = { id: "ben", name: "Ben" };
const AT = "2026-07-30T14:03:00Z";
const field = (name: string, label: string) =>
  ({ name, label, type: "text", required: false, read_only: false, default: null }) as FieldDescription;
const FIELDS = [field("name", "Name"), field("city", "City")];

const error = (code: ErrorCode) => ({ code, message: "No.", retry: false });

function kept(more: Partial<KeptMutation> = {}): KeptMutation {
  return {
    mutationId: "m",
    recordId: "r",
    type: "update_record",
    fields: { city: "Mine" },
    was: { city: "Before" },
    status: "conflict",
    error: error("conflict"),
    conflicts: { city: { value: "Theirs", revision: 5, author: BEN, at: AT } },
    ...more,
  };
}

function view(version: number, city: string, deleted = false): RecordView {
  const fields = { name: "Leoti", city };
  return { id: "r", version, fields, deleted, pending: new Set(), refused: {}, state: "attention" };
}

const news = (name: string): ReadonlyMap<string, News> =>
  new Map([["city", { id: "r", kind: "update", fields: ["city"], author: { id: name, name }, revision: 7 }]]);

describe("a conflict", () => {
  test("tells the record, the field, before, mine, theirs, who and when", () => {
    expect(lineOf(kept(), view(5, "Theirs"), undefined, FIELDS)).toMatchObject({
      kind: "conflict",
      record: "Leoti",
      isThere: true,
      places: [
        { label: "City", before: "Before", mine: "Mine", theirs: "Theirs", by: { author: BEN, at: AT } },
      ],
      reason: null,
      seen: { city: "Theirs" },
    });
  });

  test("that has not come to the record yet tells theirs all the same", () => {
    const line = lineOf(kept(), view(2, "Before"), undefined, FIELDS);
    expect(line).toMatchObject({
      places: [{ theirs: "Theirs", by: { author: BEN } }],
      seen: { city: "Theirs" },
    });
  });

  test("R8: what was changed once more is told, and is what an edit that goes again goes over", () => {
    const line = lineOf(kept(), view(7, "Newer"), news("Cem"), FIELDS);
    expect(line).toMatchObject({
      places: [{ theirs: "Newer", by: { author: { name: "Cem" }, at: null } }],
      seen: { city: "Newer" },
    });
    expect(lineOf(kept(), view(7, "Newer"), undefined, FIELDS).places[0]!.by).toBeNull();
  });

  test("tells of the fields that nobody else has changed too", () => {
    const fields = { city: "Mine", name: "Leoti Airport" };
    const line = lineOf(
      kept({ fields, was: { city: "Before", name: "Leoti" } }),
      view(5, "Theirs"),
      undefined,
      FIELDS,
    );
    expect(line.places.map(({ label, theirs }) => [label, theirs])).toEqual([
      ["Name", null],
      ["City", "Theirs"],
    ]);
  });
});

test("what is not an update is told as a whole; a new record by its values", () => {
  const removed = kept({
    type: "delete_record",
    fields: {},
    was: {},
    error: error("changed"),
    conflicts: {},
  });
  expect(lineOf(removed, view(5, "x"), undefined, FIELDS)).toMatchObject({
    kind: "changed",
    reason: "No.",
    places: [{ label: "Whole record", mine: "Delete", before: null }],
  });
  const added = kept({
    type: "add_record",
    fields: { name: "New" },
    was: {},
    status: "refused",
    conflicts: {},
  });
  expect(lineOf(added, undefined, undefined, FIELDS)).toMatchObject({
    record: "New",
    isThere: false,
    places: [{ label: "Name", before: null, mine: "New" }],
  });
});

test("of a grid that has not come, the fields are told by their names", () => {
  const line = lineOf(kept({ fields: { city: ["a"] }, was: {} }), undefined, undefined, []);
  expect(line.places).toMatchObject([{ label: "city", before: "(empty)", mine: '["a"]' }]);
});

test.each<[ErrorCode, KeptMutation["status"], string]>([
  ["conflict", "conflict", "conflict"],
  ["gone", "conflict", "gone"],
  ["changed", "conflict", "changed"],
  ["exists", "conflict", "exists"],
  ["validation_failed", "refused", "refused"],
  ["not_found", "refused", "refused"],
  ["too_large", "not_saved", "not_saved"],
])("%s is listed under %s", (code, status, kind) => {
  expect(kindOf({ status, error: error(code) })).toBe(kind);
});

test("what is copied is a table, and nothing in it is a formula or ends its cell", () => {
  const values = { city: '=1+1\t"x"\ny' };
  const lines = [lineOf(kept({ fields: values, was: { city: "-5" } }), view(5, "@a"), undefined, FIELDS)];
  expect(copyOf(lines)).toBe(
    [
      "Record\tField\tBefore\tMine\tTheirs\tBy\tAt\tWhy",
      `Leoti\tCity\t-5\t"'=1+1\t""x""\ny"\t'@a\t\t\t`,
    ].join("\n"),
  );
});
