import { describe, expect, test } from "vitest";
import type { Author, ChangeEntry, Fields, PageEntry } from "../protocol.ts";
import { settled } from "./simulation/timeline.ts";
import { applied, change, EPOCH, head, joinedBench, page, range, type Bench } from "./testkit.ts";
import type { News } from "./types.ts";

const A: PageEntry = ["a", 1, { x: 1, y: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];
const ANN: Author = { id: "ann", name: "Ann" };
const BEN: Author = { id: "ben", name: "Ben" };

function by(
  author: Author,
  revision: number,
  id: string,
  fields: Fields | null,
  kind?: ChangeEntry[2],
): ChangeEntry {
  const [, , made, , , mutationId] = change(revision, id, fields, kind, `m${revision}`);
  return [revision, id, made, fields, author, mutationId];
}

async function listening(): Promise<Bench & { readonly told: (readonly News[])[] }> {
  const made = await joinedBench([A, B]);
  const told: (readonly News[])[] = [];
  made.replica.onNews((news) => told.push(news));
  return { ...made, told };
}

/** An own edit of a.x that is in flight. */
async function editing() {
  const made = await listening();
  made.replica.subscribeRecord("a", () => undefined);
  made.replica.update("a", { x: 5 }, { x: 1 });
  await settled();
  const { sent, mutations } = made.wire.mutations();
  const own = change(3, "a", { x: 5 }, "update", mutations[0]!.mutation_id);
  return { ...made, sent, mutation: mutations[0]!, own };
}

describe("news", () => {
  test("are what others did, in order, told once for a range; the replica has it already", async () => {
    const { replica, wire, told } = await listening();
    const seen: unknown[] = [];
    replica.onNews(() => seen.push(replica.get("a")?.fields, replica.ids()));
    await wire.announce(
      "changes",
      range(2, [
        by(ANN, 3, "a", { x: 3, y: null }),
        by(BEN, 4, "c", { x: 4 }, "add"),
        by(ANN, 5, "b", null, "delete"),
      ]),
    );
    expect(told).toEqual([
      [
        { id: "a", kind: "update", fields: ["x", "y"], author: ANN, revision: 3 },
        { id: "c", kind: "add", fields: ["x"], author: BEN, revision: 4 },
        { id: "b", kind: "delete", fields: [], author: ANN, revision: 5 },
      ],
    ]);
    expect(seen).toEqual([{ x: 3 }, ["a", "c"]]);
  });

  test("are not told again with a range that reaches back, nor with one that brings nothing", async () => {
    const { wire, told } = await listening();
    const third = by(ANN, 3, "a", { x: 3 });
    await wire.announce("changes", range(2, [third]));
    await wire.announce("changes", range(2, [third]));
    await wire.announce("changes", range(2, [third, by(ANN, 4, "a", { x: 4 })]));
    expect(told.map((news) => news.map(({ revision }) => revision))).toEqual([[3], [4]]);
  });

  test("do not come with a page, which has no authors; those of the ranges after it do", async () => {
    const { wire, told } = await listening();
    await wire.announce("changes", range(3, [by(ANN, 4, "b", { x: 4 })]));
    await wire.take("pull").answer(page([["a", 3, { x: 3 }]], { mode: "delta", from: 2 }));
    expect(told.map((news) => news.map(({ id }) => id))).toEqual([["b"]]);
  });

  test("are not one's own edits, whether they are answered already or not", async () => {
    const { wire, told, sent, mutation, own } = await editing();
    await wire.announce("changes", range(2, [own, by(ANN, 4, "b", { x: 9 })]));
    expect(told.map((news) => news.map(({ id }) => id))).toEqual([["b"]]);
    await sent.answer({ results: [applied(mutation, 3)] });
    expect(told).toHaveLength(1);
  });

  test("are not one's own edits that are answered before they are announced", async () => {
    const { wire, told, sent, mutation, own } = await editing();
    await sent.answer({ results: [applied(mutation, 3)] });
    await wire.announce("changes", range(2, [own]));
    expect(told).toEqual([]);
  });

  test("are those of another tab of the same user", async () => {
    const { wire, told, own } = await editing();
    const elsewhere: ChangeEntry = [4, "b", "update", { x: 7 }, own[4], "another tab's"];
    await wire.announce("changes", range(2, [own, elsewhere]));
    expect(told).toEqual([[{ id: "b", kind: "update", fields: ["x"], author: own[4], revision: 4 }]]);
  });
});

describe("the latest news of a record", () => {
  test("are there, by field, before its subscribers are told", async () => {
    const { replica, wire } = await listening();
    const seen: unknown[] = [];
    replica.subscribeRecord("a", () => {
      const latest = replica.latest("a");
      seen.push([latest?.get("x")?.author.name, latest?.get("y")?.author.name]);
    });
    await wire.announce("changes", range(2, [by(ANN, 3, "a", { x: 3 })]));
    await wire.announce("changes", range(3, [by(BEN, 4, "a", { y: 4 })]));
    await wire.announce("changes", range(4, [by(ANN, 5, "a", { x: 5 }), by(BEN, 6, "a", { x: 6 })]));
    expect(seen).toEqual([
      ["Ann", undefined],
      ["Ann", "Ben"],
      ["Ben", "Ben"],
    ]);
    expect(replica.latest("a")?.get("x")?.revision).toBe(6);
  });

  test("are kept only of records that are subscribed to, and for as long", async () => {
    const { replica, wire } = await listening();
    const offs = [1, 2].map(() => replica.subscribeRecord("a", () => undefined));
    await wire.announce("changes", range(2, [by(ANN, 3, "a", { x: 3 }), by(ANN, 4, "b", { x: 4 })]));
    expect(replica.latest("b")).toBeUndefined();
    offs.pop()!();
    expect(replica.latest("a")?.size).toBe(1);
    offs.pop()!();
    expect(replica.latest("a")).toBeUndefined();
    expect(replica["readers"]["records"].size).toBe(0);
  });

  test("end, in its fields, with one's own later change", async () => {
    const { replica, wire, sent, mutation } = await editing();
    await wire.announce("changes", range(2, [by(ANN, 3, "a", { x: 3, y: 3 })]));
    await wire.announce("changes", range(3, [change(4, "a", { x: 5 }, "update", mutation.mutation_id)]));
    await sent.answer({ results: [applied(mutation, 4)] });
    expect([...replica.latest("a")!.keys()]).toEqual(["y"]);
  });

  test("end when a page brings the record: nobody knows by whom", async () => {
    const { replica, wire } = await listening();
    for (const id of ["a", "b"]) replica.subscribeRecord(id, () => undefined);
    await wire.announce("changes", range(2, [by(ANN, 3, "a", { x: 3 }), by(ANN, 4, "b", { x: 4 })]));
    await wire.announce("head", head([A, B], { revision: 5 }));
    await wire.take("pull").answer(page([["a", 5, { x: 5 }]], { mode: "delta", from: 4 }));
    expect(replica.latest("a")).toBeUndefined();
    expect(replica.latest("b")?.size).toBe(1);
  });

  test("end with the record, and are those of its restoring", async () => {
    const { replica, wire } = await listening();
    replica.subscribeRecord("a", () => undefined);
    await wire.announce("changes", range(2, [by(ANN, 3, "a", { x: 3 }), by(BEN, 4, "a", null, "delete")]));
    expect(replica.latest("a")).toBeUndefined();
    await wire.announce("changes", range(4, [by(BEN, 5, "a", { x: 3, y: 1 }, "add")]));
    expect([...replica.latest("a")!.values()].map(({ kind }) => kind)).toEqual(["add", "add"]);
  });

  test("are dropped when another copy is shown", async () => {
    const { replica, wire, told } = await listening();
    replica.subscribeRecord("a", () => undefined);
    await wire.announce("changes", range(2, [by(ANN, 3, "a", { x: 3 })]));
    await wire.announce("head", head([A], { epoch: "e2", revision: 3 }));
    await wire.take("pull").answer(page([["a", 3, { x: 3 }]], { epoch: "e2" }));
    expect(replica.status().epoch).not.toBe(EPOCH);
    expect(replica.latest("a")).toBeUndefined();
    expect(told).toHaveLength(1);
  });
});
