import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Fields, PageEntry } from "../protocol.ts";
import { Copy } from "./copy.ts";
import { Pool } from "./pool.ts";
import { page } from "./testkit.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test("a text that many records have in a field is held once", () => {
  const copy = new Copy("e1");
  const names = Array.from({ length: 50 }, (_, field) => `field${field}`);
  const fields = Object.fromEntries(names.map((name) => [name, name.padEnd(200, "x")]));
  const before = heap();
  for (let n = 1; n <= 2_000; n++) {
    const text = JSON.stringify([`r${n}`, n, fields]); // parsed anew for each, as pages are
    copy.take(page([JSON.parse(text) as PageEntry]));
  }
  expect(copy.records.size).toBe(2_000);
  expect(heap() - before).toBeLessThan(5_000_000); // of 20 MB
});

test("values stay what they are, whatever their type", () => {
  const pool = new Pool();
  const fields: Fields = {
    city: "San Francisco Bay",
    short: "a",
    number: 1.5,
    yes: true,
    list: ["San Francisco Bay"],
    object: { city: "San Francisco Bay" },
  };
  const before = structuredClone(fields);
  expect(pool.share(fields)).toBe(fields);
  expect(pool.share(structuredClone(fields))).toEqual(before);
  expect(fields).toEqual(before);
});

test("long texts are not held", () => {
  const pool = new Pool();
  pool.share({ note: "x".repeat(201), city: "x".repeat(200) });
  expect([...pool["fields"].keys()]).toEqual(["city"]);
});

test("a field with very many different texts is given up, and takes no memory of its own", () => {
  const pool = new Pool();
  for (let n = 0; n < 10_001; n++)
    pool.share({ name: `somebody's name ${n}`, state: `one of few: ${n % 3}` });
  expect(pool["fields"].get("name")).toBeNull();
  expect(pool["fields"].get("state")?.size).toBe(3);
  expect(pool.share({ name: "somebody's name 0" })).toEqual({ name: "somebody's name 0" });
  expect(pool["fields"].get("name")).toBeNull();
});
