import { expect, test } from "vitest";
import type { FieldDescription } from "../../protocol.ts";
import type { SortItem } from "../../query/query.ts";
import { addSort, moveSort, removeSort, shownFields, withShown } from "./viewEdits.ts";

const key = (field: string, descending = false): SortItem => ({ field, descending });
const named = (name: string): FieldDescription => ({
  name,
  label: name.toUpperCase(),
  type: "text",
  required: false,
  read_only: false,
  default: null,
});
const fields = ["a", "b", "c"].map(named);
const shown = (hidden: readonly string[]) => shownFields(fields, hidden).map(({ name }) => name);

test("a field is added to the sort once, at its end", () => {
  expect(addSort([key("a")], "b")).toEqual([key("a"), key("b")]);
  expect(addSort([key("a", true), key("b")], "a")).toEqual([key("a", true), key("b")]);
});

test("a field is taken out of the sort, the others keep their order", () => {
  expect(removeSort([key("a"), key("b"), key("c")], "b")).toEqual([key("a"), key("c")]);
});

test("a sort key moves up and down, not beyond the ends", () => {
  const sort = [key("a"), key("b"), key("c")];
  expect(moveSort(sort, 2, 1)).toEqual([key("a"), key("c"), key("b")]);
  expect(moveSort(sort, 0, 2)).toEqual([key("b"), key("c"), key("a")]);
  expect(moveSort(sort, 0, -1)).toBe(sort);
  expect(moveSort(sort, 2, 3)).toBe(sort);
  expect(moveSort(sort, 5, 0)).toBe(sort);
});

test("a link that hides every field leaves the first one", () => {
  expect(shown(["b", "gone"])).toEqual(["a", "c"]);
  expect(shown(["c", "b", "a"])).toEqual(["a"]);
});

test("fields are hidden and shown; names that no field has are dropped", () => {
  expect(withShown(fields, [], ["b"], false)).toEqual(["b"]);
  expect(withShown(fields, ["b", "gone"], ["c"], false)).toEqual(["b", "c"]);
  expect(withShown(fields, ["b", "c"], ["b"], true)).toEqual(["c"]);
});

test("one field stays shown: the last one, or the first of those that were", () => {
  expect(withShown(fields, ["a", "c"], ["b"], false)).toEqual(["a", "c"]);
  expect(withShown(fields, ["a"], ["a", "b", "c"], false)).toEqual(["a", "c"]);
});

test("where a link hides every field, showing one shows it beside the one that stayed", () => {
  expect(shown(withShown(fields, ["a", "b", "c"], ["b"], true))).toEqual(["a", "b"]);
});
