import { expect, test } from "vitest";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { Last, RecordMark } from "../../sync/marks.ts";
import { countText, markText, wholeText } from "./markText.ts";

const last: Last = { author: { id: "b", name: "Ben" }, at: new Date().toISOString(), revision: 1 };

const field = (name: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  label: name,
  type: "text",
  required: false,
  read_only: false,
  default: null,
  ...more,
});

const changed = (before: Json): RecordMark => ({
  id: "a",
  kind: "changed",
  last,
  fields: new Map([["x", { before, last }]]),
  previous: null,
});

test("a cell tells what it was, who changed it and when", () => {
  expect(markText(changed("open"), field("x"))).toBe("was “open”, changed by Ben now");
  expect(markText(changed(null), field("x"))).toBe("was empty, changed by Ben now");
  expect(markText(changed(true), field("x", { type: "boolean" }))).toBe("was “Yes”, changed by Ben now");
  expect(markText(changed("x".repeat(500)), field("x"))).toBe(
    `was “${"x".repeat(200)}…”, changed by Ben now`,
  );
  expect(markText(changed("open"), field("y"))).toBe("");
  expect(markText(undefined, field("x"))).toBe("");
});

test("a cell of a new record tells who added it", () => {
  const added: RecordMark = { ...changed(null), kind: "added", fields: new Map() };
  expect(markText(added, field("x"))).toBe("added by Ben now");
  expect(markText({ ...added, kind: "deleted" }, field("x"))).toBe("");
  const nobody = { ...last, author: { id: "b", name: "" } };
  expect(wholeText({ ...added, kind: "deleted", last: nobody })).toBe("deleted by Somebody now");
});

test("changes are told in number, and by whom", () => {
  const now = { count: 1, people: ["Ann"], more: false, replaced: false };
  expect(countText(now)).toBe("1 change by Ann");
  expect(countText({ ...now, count: 41, people: ["Ann", "Ben", "Cid"] })).toBe("41 changes by 3 people");
  expect(countText({ ...now, count: 2_980, more: true })).toBe("More than 2,980 changes by Ann");
});
