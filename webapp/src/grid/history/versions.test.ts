import { expect, test } from "vitest";
import type { FieldDescription, Fields, HistoryEntry } from "../../protocol.ts";
import type { RecordView } from "../../sync/types.ts";
import { changedNames } from "./changedNames.ts";
import { obstacleOf, obstacleTo, versionsOf, wayBack } from "./versions.ts";

const field = (name: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  label: name.toUpperCase(),
  type: "text",
  required: false,
  read_only: false,
  default: null,
  ...more,
});
const FIELDS = [field("x"), field("y"), field("stamp", { read_only: true })];

const entry = (
  revision: number,
  kind: HistoryEntry["kind"],
  fields: Fields | null,
  previous: Fields | null,
): HistoryEntry => ({
  revision,
  id: "a",
  kind,
  fields,
  previous,
  author: { id: "ann", name: "Ann" },
  at: "2026-07-30T09:15:00Z",
  mutation_id: `m${revision}`,
});
const view = (version: number, fields: Fields): RecordView => ({
  id: "a",
  version,
  fields,
  deleted: false,
  pending: new Set(),
  refused: {},
  state: "saved",
});

const UPDATES = [
  entry(9, "update", { x: "3", y: null }, { x: "2", y: "b" }),
  entry(7, "update", { y: "b" }, { y: null }),
  entry(4, "update", { x: "2" }, { x: "1" }),
];

test("each version is what is now, taken back change by change", () => {
  expect([...versionsOf(UPDATES, view(9, { x: "3", z: "z" }))]).toEqual([
    [9, { x: "3", z: "z" }],
    [7, { x: "2", y: "b", z: "z" }],
    [4, { x: "2", z: "z" }],
  ]);
});

test("no version is made up from a record that is ahead of its changes, behind them, or not known", () => {
  for (const confirmed of [view(10, { x: "4" }), view(7, { x: "2" }), undefined])
    expect(versionsOf(UPDATES, confirmed).size).toBe(0);
});

test("what has the whole record needs nothing else: an add, a delete, a restore", () => {
  const changes = [
    entry(9, "update", { x: "3" }, { x: "1" }),
    entry(8, "add", { x: "1", y: "b", n: null }, null),
    entry(6, "delete", null, { x: "1", y: "b" }),
    entry(5, "update", { y: "b" }, { y: null }),
    entry(2, "add", { x: "1" }, null),
  ];
  expect([...versionsOf(changes, undefined)]).toEqual([
    [8, { x: "1", y: "b" }],
    [6, null],
    [5, { x: "1", y: "b" }],
    [2, { x: "1" }],
  ]);
});

test("the way back is an edit of the fields that differ, from what is shown (R8); those only read stay", () => {
  const then = { x: "1", stamp: "then", gone: "of no field any more" };
  expect(wayBack(FIELDS, { x: "2", y: "b", stamp: "now" }, then)).toEqual({
    patch: { x: "1", y: null },
    was: { x: "2", y: "b" },
  });
  expect(wayBack(FIELDS, { x: "1", stamp: "now" }, then)).toBeNull();
});

test("why a value cannot stand there again", () => {
  expect(obstacleOf("gone", undefined, "v")).toMatch(/no field “gone”/);
  expect(obstacleOf("stamp", FIELDS[2], "v")).toMatch(/STAMP/);
  expect(obstacleOf("x", FIELDS[0], "v")).toBeNull();
  const strict = [field("x", { required: true }), field("y", { max_length: 2 })];
  expect(obstacleTo({ patch: { x: null }, was: {} }, strict)).toBe("X is required.");
  expect(obstacleTo({ patch: { y: "abc" }, was: {} }, strict)).toMatch(/at most 2/);
  expect(obstacleTo({ patch: { x: "v", y: "ab" }, was: {} }, strict)).toBeNull();
});

test("changed fields stand as the grid orders them, unknown ones last; of a whole record only what it has", () => {
  expect(changedNames({ y: null, q: 1 }, { x: "1", y: "2" }, FIELDS)).toEqual(["x", "y", "q"]);
  expect(changedNames(null, { y: "1", x: null, q: 1 }, FIELDS)).toEqual(["y", "q"]);
});
