import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FIELD_TYPES, PROTOCOL, type Json, type Page, type PageEntry, type Range } from "../protocol.ts";
import { Copy } from "./copy.ts";
import { fnv1a, recordDigest } from "./digest.ts";
import { SHAPES } from "./goldenShapes.ts";
import { sameValue } from "./values.ts";

/** Messages and facts that the server's tests read too. */
const GOLDEN = new URL("../../../tests/golden/", import.meta.url);

interface Message {
  readonly name: string;
  readonly direction: "client" | "server";
  readonly event: string;
  readonly payload: unknown;
  readonly ack: unknown;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, GOLDEN), "utf8")) as T;
}

const files = readdirSync(GOLDEN).filter((name) => name.endsWith(".json"));
const messages = files.filter((name) => Array.isArray(read(name)));

test("every file is read here", () => {
  const others = files.filter((name) => !messages.includes(name));
  expect(others.sort()).toEqual(["digest.json", "equality.json", "protocol.json"]);
  expect(messages).toEqual(
    expect.arrayContaining([
      "changes.json",
      "head.json",
      "history.json",
      "join_grid.json",
      "mutate.json",
      "pull.json",
    ]),
  );
});

test("both suites are of one version of the wire", () => {
  expect(read<{ protocol: number }>("protocol.json").protocol).toBe(PROTOCOL);
});

describe.each(messages)("%s", (file) => {
  test.each(read<Message[]>(file))("$event: $name", ({ direction, event, payload, ack }) => {
    const shape = SHAPES[direction][event];
    expect(shape, `the client knows ${event}`).toBeDefined();
    expect(shape!.payload.flaws(payload)).toEqual([]);
    if (direction === "client") expect(shape!.ack.flaws(ack)).toEqual([]);
  });
});

test("the shapes refuse what is not of them", () => {
  const { payload } = SHAPES.server["head"]!;
  const [{ payload: good }] = read<[Message]>("head.json") as [{ payload: object }];
  expect(payload.flaws({ ...good, digest: "7" })).toEqual(["digest: not a number"]);
  expect(payload.flaws({ ...good, more: 1 })).toEqual(["more: not expected"]);
  expect(payload.flaws({ ...good, epoch: undefined })).toEqual(["epoch: not a text"]);
});

test("the field types are those that the server describes", () => {
  const joins = read<{ ack: { grid?: { fields: { type: string }[] } } }[]>("join_grid.json");
  const types = new Set(joins.flatMap(({ ack }) => ack.grid?.fields ?? []).map(({ type }) => type));
  expect([...types].filter((type) => !(FIELD_TYPES as readonly string[]).includes(type))).toEqual([]);
  expect(types.size).toBeGreaterThan(10);
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
