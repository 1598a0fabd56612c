// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { partOf, readPart, serverProblems } from "../fields/parts.ts";
import type { FieldDescription, Fields, PageEntry } from "../protocol.ts";
import { LocalSeen } from "../sync/seen.ts";
import { change, GRID, joinedBench, range } from "../sync/testkit.ts";
import { readAddress, writeAddress } from "./address.ts";
import { compile } from "./compile.ts";
import { recordOf } from "./testkit.ts";

// Names that mean something to JavaScript, wherever somebody else may put one: they are names and nothing else.

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];
const EVIL = '{"polluted":true,"toString":"x","constructor":{"prototype":{"polluted":true}}}';

const untouched = (): unknown[] =>
  [Object, Array, Function, String, Map].map(({ prototype }) => [
    Object.getOwnPropertyNames(prototype).toSorted(),
    Object.getPrototypeOf(prototype) === null || Object.getPrototypeOf(prototype) === Object.prototype,
  ]);
const BEFORE = JSON.stringify(untouched());

afterEach(() => {
  localStorage.clear();
  expect(JSON.stringify(untouched())).toBe(BEFORE);
  expect("polluted" in {}).toBe(false);
  expect(`${{}}`).toBe("[object Object]");
});

const field = (name: string): FieldDescription => ({
  name,
  label: name,
  type: "text",
  required: false,
  read_only: false,
  default: null,
});

/** What came from a server or a disk: `__proto__` in it is a key like any other. */
const parsed = (text: string): never => JSON.parse(text) as never;

test.each(NAMES)("an address that names %s", (name) => {
  const filter = `{"join":"and","of":[{"field":"${name}","op":"${name}","value":{"${name}":{"polluted":true}}}],"${name}":${EVIL}}`;
  const parts = { filter, sort: `-${name},a`, hide: `${name},a`, width: `${name}:200,a:100`, record: name };
  const said = Object.entries(parts).map(([part, text]) => `left.${part}=${encodeURIComponent(text)}`);
  const state = readAddress(`?left=${name}&${said.join("&")}&${name}=1&${name}.${name}=1`);
  expect(state.left).toMatchObject({ grid: name, record: name, hidden: [name, "a"] });
  expect(Object.keys(state.left.widths)).toEqual([name, "a"]);
  expect(Object.getPrototypeOf(state.left.widths)).toBe(Object.prototype);
  expect(readAddress(writeAddress(state))).toEqual(state);
  const { matches } = compile({ ...state.left, search: "" }, [field("a")], "2026-07-30");
  expect(matches?.(recordOf("r", { a: "x" })) ?? true).toBe(true);
  const asked = compile({ ...state.left, search: "x" }, [field(name)], "2026-07-30");
  expect(asked.matches?.(recordOf("r", parsed(`{"${name}":"x"}`)))).toBe(true);
});

test.each(NAMES)("records, changes and refusals that name %s", async (name) => {
  const held = parsed(`{"${name}":"x","a":${EVIL}}`) as Fields;
  const first: PageEntry = [name, 1, held];
  const { replica, wire } = await joinedBench([first]);
  expect(Object.entries(replica.get(name)!.fields)).toEqual(Object.entries(held));
  await wire.announce("changes", range(1, [change(2, name, parsed(`{"${name}":${EVIL}}`))]));
  expect(Object.entries(replica.get(name)!.fields).find(([key]) => key === name)?.[1]).toEqual(parsed(EVIL));
  replica.update(name, parsed(`{"${name}":"mine"}`), parsed(`{"${name}":${EVIL}}`));
  expect(Object.getPrototypeOf(replica.get(name)!.fields)).toBe(Object.prototype);
  const flaws = parsed(`{"${name}":["no"],"${name}.polluted":["no"]}`);
  const problems = serverProblems({ code: "validation_failed", message: "", retry: false, fields: flaws });
  expect(Object.entries(problems)).toEqual([
    [name, "no"],
    [`${name}.polluted`, "no"],
  ]);
});

test.each(NAMES)("an object with a part %s that its field does not know", (name) => {
  const whole: FieldDescription = { ...field("whole"), type: "object", fields: [field("inner")] };
  const part = partOf(parsed(`{"inner":"x","${name}":${EVIL}}`), whole);
  expect(readPart(part, whole).value ?? { inner: "x" }).toMatchObject({ inner: "x" });
});

test.each(NAMES)("what somebody has written about %s to this browser's storage", (name) => {
  const cells = `{"${name}":{"${name}":5}}`;
  localStorage.setItem(
    `tandem.seen.${GRID}`,
    `{"epoch":"e","revision":1,"gaps":[],"cells":${cells},"${name}":${EVIL}}`,
  );
  const store = new LocalSeen();
  const seen = store.read(GRID)!;
  expect(Object.entries(seen.cells)).toEqual([[name, parsed(`{"${name}":5}`)]]);
  store.write(name, seen);
  expect(store.read(name)!.cells).toEqual(seen.cells);
});
