import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  letrec,
  oneof,
  option,
  property,
  record,
  string,
  uniqueArray,
} from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../protocol.ts";
import { readAddress, writeAddress } from "./address.ts";
import {
  DENSITIES,
  PAGE_SIZES,
  patchPane,
  PLAIN_PAGE,
  PLAIN_PANE,
  type PageState,
  type PaneState,
} from "./paneState.ts";
import { NO_FILTER, type Filter, type Group } from "./query.ts";

const name = oneof(
  string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  constantFrom("a,b", "-a", "a:b", "100 %", "%2C", "größe (m²)", "left.sort", "a&b=c", "+", "'", "__proto__"),
);
const json = jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const { group } = letrec<{ filter: Filter; group: Group }>((tie) => ({
  filter: oneof({ maxDepth: 3 }, record({ field: name, op: name, value: json }), tie("group")),
  group: record({ join: constantFrom("and", "or"), of: array(tie("filter"), { maxLength: 3 }) }),
}));

const pane = record<PaneState>({
  grid: option(name),
  sort: uniqueArray(record({ field: name, descending: boolean() }), { selector: ({ field }) => field }),
  filter: oneof(
    constant(NO_FILTER),
    group.map((each) => (each.of.length === 0 ? NO_FILTER : each)),
  ),
  search: string({ unit: "grapheme" }),
  page: integer({ min: 0, max: 99_999_998 }),
  pageSize: constantFrom(...PAGE_SIZES),
  hidden: uniqueArray(name),
  widths: dictionary(name, integer({ min: 30, max: 2_000 }), { noNullPrototype: true }),
  density: constantFrom(...DENSITIES),
  record: option(name),
});

const page =
  record({ split: integer({ min: 50, max: 950 }).map((tenths) => tenths / 10), left: pane, right: pane, panes: constantFrom<1 | 2>(1, 2) }) // prettier-ignore
    .map((state): PageState => (state.panes === 1 ? { ...state, right: PLAIN_PANE } : state));

const withLeft = (left: Partial<PaneState>): PageState => ({
  ...PLAIN_PAGE,
  left: { ...PLAIN_PANE, ...left },
});

describe("an address", () => {
  test("gives back whatever state was written into it", () => {
    assert(
      property(page, (state) => {
        expect(readAddress(writeAddress(state))).toEqual(state);
      }),
    );
  });

  test("is stable: what was read is written as it was", () => {
    assert(
      property(page, (state) => {
        const search = writeAddress(state);
        expect(writeAddress(readAddress(search), search)).toBe(search);
      }),
    );
  });

  test("is as the browser's own parser has it, so that comparing tells a change", () => {
    assert(
      property(page, (state) => {
        const search = writeAddress(state);
        expect(new URL(`http://localhost/${search}`).search).toBe(search);
      }),
    );
  });

  test("never throws, whatever stands in it", () => {
    const key = constantFrom("left", "left.sort", "left.filter", "left.page", "left.width", "panes", "split");
    const pairs = array(
      record({
        key,
        value: oneof(
          string({ unit: "binary" }),
          json.map((each) => JSON.stringify(each)),
        ),
      }),
    );
    assert(
      property(pairs, (rubbish) => {
        const search = `?${rubbish.map(({ key, value }) => `${key}=${value}`).join("&")}`;
        const state = readAddress(search);
        expect(readAddress(writeAddress(state))).toEqual(state);
      }),
    );
  });

  test.each<[string, Partial<PaneState>]>([
    ["?left=airports", { grid: "airports" }],
    ["?left.sort=name,-elevation", { sort: [{ field: "name", descending: false }, { field: "elevation", descending: true }] }], // prettier-ignore
    ["?left.q=lake+mead", { search: "lake mead" }],
    ["?left.page=3", { page: 2 }],
    ["?left.size=50", { pageSize: 50 }],
    ["?left.hide=a,b%252Cc", { hidden: ["a", "b,c"] }],
    ["?left.width=name:220,city:90", { widths: { name: 220, city: 90 } }],
    ["?left.density=standard", { density: "standard" }],
    ["?left.record=018f", { record: "018f" }],
  ])("is readable and short: %s", (search, left) => {
    expect(writeAddress(withLeft(left))).toBe(search);
    expect(readAddress(search)).toEqual(withLeft(left));
  });

  test("of the plain page is empty", () => {
    expect(writeAddress(PLAIN_PAGE)).toBe("");
    expect(readAddress("")).toEqual(PLAIN_PAGE);
  });

  test("takes half a character, as a keyboard may leave one", () => {
    expect(writeAddress(withLeft({ search: "a\ud83d" }))).toBe("?left.q=a%EF%BF%BD");
  });

  test("keeps what is not the page's, as it stands there", () => {
    const search = "?utm=a%20b&left=old&left.mine=1&flag";
    expect(writeAddress(withLeft({ grid: "new" }), search)).toBe("?left=new&utm=a%20b&left.mine=1&flag");
  });

  test.each([
    "left.page=0",
    "left.page=-1",
    "left.page=1e3",
    "left.size=7",
    "left.density=huge",
    "left.width=name:5,x:y,:90,a:b:90", // prettier-ignore
    "left.filter={",
    'left.filter={"join":"xor","of":[]}',
    "left.sort=,-,",
    "panes=3",
    "split=0",
    "split=1e1",
    "split=99", // prettier-ignore
  ])("knows rubbish: %s", (search) => {
    expect(readAddress(`?${search}`)).toEqual(PLAIN_PAGE);
  });

  test("says nothing of a second pane that is not there", () => {
    const state = { ...PLAIN_PAGE, panes: 1 as const, right: { ...PLAIN_PANE, grid: "tasks", page: 4 } };
    expect(writeAddress(state)).toBe("?panes=1");
    expect(readAddress("?right=tasks&panes=1").right).toBe(PLAIN_PANE);
  });

  test("read again leaves each part that is the same the same object", () => {
    const before = readAddress("?left.sort=a&left.hide=b&right.hide=c");
    const after = readAddress("?left.sort=a&left.hide=b,d&right.hide=c", before);
    expect(after.left.sort).toBe(before.left.sort);
    expect(after.left.hidden).toEqual(["b", "d"]);
    expect(after.right).toBe(before.right);
  });
});

describe("a pane", () => {
  const busy: PaneState = {
    ...PLAIN_PANE,
    grid: "airports",
    sort: [{ field: "name", descending: true }],
    search: "lake",
    page: 3,
    pageSize: 25,
    hidden: ["a"],
    widths: { b: 90 },
    density: "standard",
    record: "r",
  };

  test("with another grid starts plain, in the size and density that its user likes", () => {
    expect(patchPane(busy, { grid: "tasks" })).toEqual({
      ...PLAIN_PANE,
      grid: "tasks",
      pageSize: 25,
      density: "standard",
    });
    expect(patchPane(busy, { grid: "airports", page: 1 })).toEqual({ ...busy, page: 1 });
  });

  test("with another question shows its first page, unless another is asked for", () => {
    expect(patchPane(busy, { search: "sea" })).toEqual({ ...busy, search: "sea", page: 0 });
    expect(patchPane(busy, { sort: [], page: 2 })).toEqual({ ...busy, sort: [], page: 2 });
    expect(patchPane(busy, { search: "lake", hidden: [] })).toEqual({ ...busy, hidden: [] });
  });
});
