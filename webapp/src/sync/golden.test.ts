import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROTOCOL, type Json, type Page, type PageEntry, type Range } from "../protocol.ts";
import { Copy } from "./copy.ts";
import { fnv1a, recordDigest } from "./digest.ts";
import { sameValue } from "./values.ts";

/** Messages and facts that the server's tests read too. */
const GOLDEN = new URL("../../../tests/golden/", import.meta.url);

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, GOLDEN), "utf8")) as T;
}

test("both suites are of one version of the wire", () => {
  expect(read<{ protocol: number }>("protocol.json").protocol).toBe(PROTOCOL);
});

test("R8: equality", () => {
  const { equal, unequal } = read<Record<"equal" | "unequal", [Json, Json][]>>("equality.json");
  for (const [a, b] of equal) expect(sameValue(a, b) && sameValue(b, a), JSON.stringify([a, b])).toBe(true);
  for (const [a, b] of unequal)
    expect(sameValue(a, b) || sameValue(b, a), JSON.stringify([a, b])).toBe(false);
});

test("R13: digests", () => {
  type Facts = {
    fnv1a: { text: string; fnv1a: number }[];
    digests: { records: [string, number][]; digest: number }[];
  };
  const facts = read<Facts>("digest.json");
  for (const { text, fnv1a: hash } of facts.fnv1a) expect(fnv1a(text), text).toBe(hash);
  for (const { records, digest } of facts.digests) {
    const sum = records.reduce((total, [id, version]) => (total + recordDigest(id, version)) >>> 0, 0);
    expect(sum).toBe(digest);
    const copy = new Copy("e");
    copy.take({
      mode: "reset",
      epoch: "e",
      from: 0,
      to: 9,
      more: false,
      records: records.map(([id, version]): PageEntry => [id, version, {}]),
    });
    expect(copy.digest).toBe(digest);
  }
});

test("R13: the ranges, one after another, lead to what the head says and the pages hold", () => {
  const ranges = read<{ payload: Range }[]>("changes.json").map(({ payload }) => payload);
  const [{ payload: head }] =
    read<[{ payload: { epoch: string; revision: number; count: number; digest: number } }]>("head.json");
  const copy = new Copy(head.epoch);
  for (const range of ranges) copy.apply(range);
  expect(copy).toMatchObject({ revision: head.revision, digest: head.digest });
  expect(copy.records.size).toBe(head.count);

  const filled = new Copy(head.epoch);
  const pages = read<{ ack: Page }[]>("pull.json").map(({ ack }) => ack);
  for (const page of pages.slice(0, 2)) filled.take(page);
  expect([...filled.records]).toEqual([...copy.records]);
});
