import { describe, expect, test } from "vitest";
import type { Conflict, Fields, Mutation, PageEntry, Result } from "../protocol.ts";
import type { Replica } from "./replica.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import { settled } from "./simulation/timeline.ts";
import { applied, bench, change, joined, joinedBench, range, result, type Bench } from "./testkit.ts";

const A: PageEntry = ["a", 1, { x: 1, y: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];
const BEN = { id: "ben", name: "Ben" };
const CONFLICT = { code: "conflict", message: "Others were first.", retry: false } as const;
const CHANGED = { code: "changed", message: "Others changed it.", retry: false, author: BEN } as const;

const theirs = (value: number): Conflict => ({ value, revision: 9, author: BEN, at: "2026-07-30T14:03:00Z" });

/** What was sent is answered, announced, and in the copy: nothing is on its way any more. */
async function take({ wire }: Bench, revision: number, stored?: Fields): Promise<readonly Mutation[]> {
  await settled();
  const { sent, mutations } = wire.mutations();
  const results = mutations.map((mutation, i) => applied(mutation, revision + i, stored));
  await sent.answer({ results });
  const kinds = { add_record: "add", restore_record: "add", update_record: "update", delete_record: "delete" } as const; // prettier-ignore
  const changes = mutations.map(({ type, id, mutation_id }, i) =>
    change(revision + i, id, results[i]!.fields ?? null, kinds[type], mutation_id),
  );
  await wire.announce("changes", range(revision - 1, changes));
  return mutations;
}

/** The one mutation that was sent is answered so. */
async function refuse({ wire }: Bench, more: Partial<Result>): Promise<Mutation> {
  await settled();
  const { sent, mutations } = wire.mutations();
  expect(mutations).toHaveLength(1);
  await sent.answer({ results: [result(mutations[0], { status: "conflict", error: CONFLICT, ...more })] });
  return mutations[0]!;
}

const fieldsOf = (replica: Replica, id = "a") => replica.get(id)?.fields;
const quiet = (replica: Replica) => expect(replica.status()).toMatchObject({ unsent: 0, kept: [] });

describe("an edit", () => {
  test("R8: is undone by an update whose `was` is what it stored, and done again by another", async () => {
    const made = await joinedBench([A, B]);
    const { replica } = made;
    replica.update("a", { x: " 5 " }, { x: 1 });
    await take(made, 3, { x: "5" });
    replica.history.undo();
    expect(fieldsOf(replica)).toEqual({ x: 1, y: 1 });
    expect(await take(made, 4)).toMatchObject([{ type: "update_record", id: "a", fields: { x: 1 }, was: { x: "5" } }]); // prettier-ignore
    replica.history.redo();
    expect(fieldsOf(replica)).toEqual({ x: "5", y: 1 });
    expect(await take(made, 5)).toMatchObject([{ fields: { x: "5" }, was: { x: 1 } }]);
    expect(replica.history.snapshot()).toMatchObject({ redo: null, left: [] });
    quiet(replica);
  });

  test("that was not sent leaves nothing to send when it is undone, and goes when it is done again", async () => {
    const disk = new MemoryDisk();
    const { replica, wire } = await joinedBench([A, B], new MemoryStorage("tab", disk));
    await wire.setLive(false);
    replica.update("a", { x: 2 }, { x: 1 });
    replica.update("a", { x: 3 }, { x: 2 });
    replica.history.undo();
    expect(fieldsOf(replica)).toEqual({ x: 2, y: 1 });
    replica.history.undo();
    expect(fieldsOf(replica)).toEqual({ x: 1, y: 1 });
    await settled();
    expect(disk.entries.size).toBe(0);
    replica.history.redo();
    replica.history.redo();
    expect(replica.history.redo()).toBeNull();
    await settled();
    expect([...disk.entries.values()].map(({ mutation }) => mutation)).toMatchObject([
      { fields: { x: 3 }, was: { x: 1 } },
    ]);
  });

  test("that is on its way is undone behind it, from what it stores", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.update("a", { x: " 5 " }, { x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    replica.history.undo();
    expect(fieldsOf(replica)).toEqual({ x: 1, y: 1 });
    await settled();
    expect(wire.sent).toEqual([]);
    await sent.answer({ results: [applied(mutations[0], 3, { x: "5" })] });
    await wire.announce(
      "changes",
      range(2, [change(3, "a", { x: "5" }, "update", mutations[0]!.mutation_id)]),
    );
    expect(fieldsOf(replica)).toEqual({ x: 1, y: 1 });
    expect(await take(made, 4)).toMatchObject([{ fields: { x: 1 }, was: { x: "5" } }]);
    quiet(replica);
  });

  test("R8: that somebody changed since is left alone, at no time shown otherwise, and told", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    await take(made, 3);
    await wire.announce("changes", range(3, [change(4, "a", { x: 7 })]));
    expect(replica.history.undo()).toMatchObject({ to: "before", size: 1 });
    expect(fieldsOf(replica)).toEqual({ x: 7, y: 1 });
    await refuse(made, { conflicts: { x: theirs(7) } });
    expect(fieldsOf(replica)).toEqual({ x: 7, y: 1 });
    quiet(replica); // not among what was not saved
    expect(replica.history.snapshot()).toMatchObject({
      undo: null,
      redo: null, // it is theirs for good
      turned: 0,
      left: [{ recordId: "a", field: "x", conflict: { value: 7, author: BEN } }],
    });
    replica.history.dismiss();
    expect(replica.history.snapshot().left).toEqual([]);
  });

  test("of several fields: those that are still one's own are undone, in a mutation of their own", async () => {
    const disk = new MemoryDisk();
    const made = await joinedBench([A, B], new MemoryStorage("tab", disk));
    const { replica } = made;
    replica.update("a", { x: 5, y: 5 }, { x: 1, y: 1 });
    await take(made, 3);
    replica.history.undo();
    const first = await refuse(made, { conflicts: { x: theirs(7) } });
    expect(fieldsOf(replica)).toEqual({ x: 5, y: 1 });
    const [rest] = await take(made, 4);
    expect(rest).toMatchObject({ fields: { y: 1 }, was: { y: 5 } });
    expect(rest?.mutation_id).not.toBe(first.mutation_id);
    expect(replica.history.snapshot()).toMatchObject({ turned: 1, left: [{ field: "x" }] });
    replica.history.redo();
    expect(await take(made, 5)).toMatchObject([{ fields: { y: 5 }, was: { y: 1 } }]);
    await settled();
    expect(disk.entries.size).toBe(0);
  });

  test("of a record that somebody deleted is left alone, and told", async () => {
    const made = await joinedBench([A, B]);
    const { replica } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    await take(made, 3);
    replica.history.undo();
    await refuse(made, { error: { ...CHANGED, code: "gone" } });
    quiet(replica);
    expect(replica.history.snapshot().left).toMatchObject([
      { field: "x", error: { code: "gone", author: BEN } },
    ]);
  });

  test("that was not taken is passed over, keeps waiting for its user, and gives nothing to go back to", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.update("b", { x: 9 }, { x: 2 });
    await take(made, 3);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    replica.update("a", { x: 6 }, { x: 5 }); // from what will never be stored
    const error = { code: "validation_failed", message: "No.", retry: false } as const;
    await sent.answer({ results: [result(mutations[0], { status: "refused", error })] });
    expect(await take(made, 4)).toMatchObject([{ fields: { x: 6 }, was: { x: 1 } }]);
    replica.history.undo();
    expect(await take(made, 5)).toMatchObject([{ id: "a", fields: { x: 1 }, was: { x: 6 } }]);
    expect(replica.history.undo()).toMatchObject({ skipped: 1 });
    expect(await take(made, 6)).toMatchObject([{ id: "b", fields: { x: 2 } }]);
    expect(replica.status().kept).toMatchObject([{ fields: { x: 5 } }]);
    expect(replica.history.undo()).toBeNull();
  });

  test("that is undone while it is not taken: nobody is asked, nothing more is sent, and theirs is told", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    replica.history.undo();
    const decided = { status: "conflict", error: CONFLICT, conflicts: { x: theirs(7) } } as const;
    await sent.answer({ results: [result(mutations[0], decided)] });
    quiet(replica);
    expect(wire.sent).toEqual([]);
    expect(replica.history.snapshot()).toMatchObject({
      redo: null,
      turned: 0,
      left: [{ conflict: { value: 7 } }],
    });
  });

  test("after an undo is one's own again, and there is nothing to do again", async () => {
    const made = await joinedBench([A, B]);
    const { replica } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    await take(made, 3);
    replica.history.undo();
    replica.update("a", { x: 8 }, { x: 1 }); // the undo was not sent
    expect(replica.history.redo()).toBeNull();
    const { sent, mutations } = (await settled(), made.wire.mutations());
    expect(mutations).toMatchObject([{ fields: { x: 1 }, was: { x: 5 } }]);
    await sent.answer({ results: [result(mutations[0], { status: "conflict", error: CONFLICT, conflicts: { x: theirs(7) } })] }); // prettier-ignore
    // What the user wrote is not an undo: it waits for him.
    await refuse(made, { conflicts: { x: theirs(7) } });
    expect(replica.status().kept).toMatchObject([{ fields: { x: 8 } }]);
  });

  test("by the user where an undo found somebody else's value goes from what he saw", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    await take(made, 3);
    await wire.announce("changes", range(3, [change(4, "a", { x: 7 })]));
    replica.history.undo();
    replica.update("a", { x: 8 }, { x: 7 });
    expect(fieldsOf(replica)).toEqual({ x: 8, y: 1 });
    await refuse(made, { conflicts: { x: theirs(7) } });
    expect(await take(made, 5)).toMatchObject([{ fields: { x: 8 }, was: { x: 7 } }]);
  });
});

describe("a record", () => {
  test("that was made is deleted, as the server made it, and brought back", async () => {
    const made = await joinedBench([A, B]);
    const { replica } = made;
    const id = replica.add({ x: " 9 " });
    await take(made, 3, { x: "9", d: 0 });
    replica.update(id, { x: "8" }, { x: "9" });
    await take(made, 4);
    replica.history.undo();
    await take(made, 5);
    replica.history.undo();
    expect(replica.get(id)?.deleted).toBe(true);
    expect(await take(made, 6)).toMatchObject([{ type: "delete_record", id, version: 5 }]);
    replica.history.redo();
    expect(await take(made, 7, { x: "9", d: 0 })).toMatchObject([{ type: "restore_record", id }]);
    replica.history.redo();
    expect(await take(made, 8)).toMatchObject([{ fields: { x: "8" }, was: { x: "9" } }]);
    quiet(replica);
  });

  test("R8: that was made, and changed by somebody since, is left alone and at no time gone", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    const id = replica.add({ x: 9 });
    await take(made, 3);
    await wire.announce("changes", range(3, [change(4, id, { y: 4 })]));
    replica.history.undo();
    expect(replica.ids()).toContain(id);
    expect(await refuse(made, { error: CHANGED })).toMatchObject({ type: "delete_record", version: 3 });
    expect(replica.ids()).toContain(id);
    quiet(replica);
    expect(replica.history.snapshot()).toMatchObject({
      redo: null,
      left: [{ recordId: id, field: null, type: "delete_record", error: { author: BEN } }],
    });
  });

  test("that was made and not sent, with an edit: nothing is sent, and both come back", async () => {
    const disk = new MemoryDisk();
    const { replica, wire } = await joinedBench([A, B], new MemoryStorage("tab", disk));
    await wire.setLive(false);
    const id = replica.add({ x: 9 });
    replica.update(id, { y: 8 }, {});
    replica.history.undo();
    expect(fieldsOf(replica, id)).toEqual({ x: 9 });
    replica.history.undo();
    expect(replica.get(id)).toBeUndefined();
    await settled();
    expect(disk.entries.size).toBe(0);
    replica.history.redo();
    replica.history.redo();
    await settled();
    expect([...disk.entries.values()].map(({ mutation }) => mutation)).toMatchObject([
      { type: "add_record", id, fields: { x: 9, y: 8 } },
    ]);
  });

  test("that was made and edited in one mutation is still as it was made when the edit is undone", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    await wire.setLive(false);
    const id = replica.add({ x: 9 });
    replica.update(id, { y: 8 }, {});
    await wire.setLive(true);
    await wire.take("join_grid").answer(joined([A, B]));
    await take(made, 3, { x: 9, y: 8, d: 0 });
    replica.history.undo();
    expect(await take(made, 4)).toMatchObject([{ fields: { y: null }, was: { y: 8 } }]);
    replica.history.undo();
    expect(replica.ids()).not.toContain(id);
    expect(await take(made, 5)).toMatchObject([{ type: "delete_record", version: 4 }]);
  });

  test("that was deleted comes back, and goes again only as it came back", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.remove("a");
    await take(made, 3);
    replica.history.undo();
    expect(await take(made, 4, { x: 1, y: 1 })).toMatchObject([{ type: "restore_record" }]);
    await wire.announce("changes", range(4, [change(5, "a", { y: 5 })]));
    replica.history.redo();
    expect(replica.ids()).toContain("a");
    expect(await refuse(made, { error: CHANGED })).toMatchObject({ type: "delete_record", version: 4 });
    expect(replica.history.snapshot()).toMatchObject({ undo: null, left: [{ recordId: "a", field: null }] });
  });

  test("that was restored is deleted again", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    await wire.announce("changes", range(2, [change(3, "a", null, "delete")]));
    replica.restore("a");
    await take(made, 4, { x: 1, y: 1 });
    expect(replica.history.undo()?.step.kind).toBe("restore");
    expect(await take(made, 5)).toMatchObject([{ type: "delete_record", version: 4 }]);
  });
});

describe("steps", () => {
  test("many edits are one, undone and done again at once", async () => {
    const records = Array.from({ length: 300 }, (_, i): PageEntry => [`r${i}`, i + 1, { x: i }]);
    const storage = new MemoryStorage("tab", new MemoryDisk());
    const { replica, wire } = await joinedBench(records, storage);
    await wire.setLive(false);
    replica.updateAll(records.map(([id, , was]) => ({ id, patch: { x: -1 }, was: was! })));
    expect(replica.status().unsent).toBe(300);
    expect(replica.history.undo()).toMatchObject({ size: 300 });
    expect(records.map(([id]) => fieldsOf(replica, id))).toEqual(records.map(([, , fields]) => fields));
    expect(replica.status().unsent).toBe(0);
    expect(replica.history.undo()).toBeNull();
    expect(replica.history.redo()).toMatchObject({ size: 300 });
    expect(replica.status().unsent).toBe(300);
  });

  test("of which some are left alone: the others are undone, and each is told", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.updateAll(["a", "b"].map((id) => ({ id, patch: { x: 5 }, was: replica.get(id)!.fields })));
    await take(made, 3);
    replica.history.undo();
    await settled();
    const { sent, mutations } = wire.mutations();
    const lost = { status: "conflict", error: CONFLICT, conflicts: { x: theirs(7) } } as const;
    await sent.answer({ results: [result(mutations[0], lost), applied(mutations[1], 5)] });
    expect(replica.history.snapshot()).toMatchObject({ turned: 1, left: [{ recordId: "a", field: "x" }] });
  });

  test("are remembered up to 200", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.setLive(false);
    for (let i = 2; i <= 252; i++) replica.update("a", { x: i }, { x: i - 1 });
    let undone = 0;
    while (replica.history.undo() !== null) undone += 1;
    expect(undone).toBe(200);
    expect(fieldsOf(replica)).toEqual({ x: 52, y: 1 });
  });

  test("that are not remembered any more leave nothing behind", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.setLive(false);
    for (let i = 0; i < 250; i++) replica.add({ x: i });
    expect(replica.history["watches"].size).toBe(200);
    for (let i = 0; i < 250; i++) replica.history.undo();
    replica.update("a", { x: 5 }, { x: 1 });
    expect(replica.history["watches"].size).toBe(1);
    expect(replica.count).toBe(52);
  });

  test("that change nothing are none", async () => {
    const { replica } = await joinedBench([A, B]);
    replica.update("a", { x: 1 }, { x: 1 });
    replica.removeAll(["nobody"]);
    replica.restore("a");
    expect(replica.history.snapshot()).toMatchObject({ undo: null, redo: null });
  });

  test("by its own button: one is undone that is not the last", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    await wire.setLive(false);
    replica.remove("b");
    const step = replica.history.snapshot().undo!;
    replica.update("a", { x: 5 }, { x: 1 });
    expect(replica.history.undo(step)?.step).toBe(step);
    expect(replica.ids()).toEqual(["a", "b"]);
    expect(fieldsOf(replica)).toEqual({ x: 5, y: 1 });
    expect(replica.history.isDone(step)).toBe(false);
    expect(replica.history.undo(step)).toBeNull();
    expect(replica.history.undo()?.step.kind).toBe("edit");
  });

  test("by its own button: an edit that one has written over since is left alone", async () => {
    const made = await joinedBench([A, B]);
    const { replica } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    const step = replica.history.snapshot().undo!;
    replica.update("a", { x: 6 }, { x: 5 });
    replica.history.undo(step);
    expect(fieldsOf(replica)).toEqual({ x: 6, y: 1 });
    expect(await take(made, 3)).toMatchObject([{ fields: { x: 6 }, was: { x: 1 } }]);
    await refuse(made, { conflicts: { x: theirs(6) } });
    expect(replica.history.snapshot()).toMatchObject({ left: [{ field: "x" }] });
    replica.history.undo();
    expect(await take(made, 4)).toMatchObject([{ fields: { x: 5 }, was: { x: 6 } }]);
  });

  test("a value that is asked for again is one, and what it replaces is passed over", async () => {
    const made = await joinedBench([A, B]);
    const { replica, wire } = made;
    replica.update("a", { x: 5 }, { x: 1 });
    const { mutation_id } = await refuse(made, { conflicts: { x: theirs(7) } });
    await wire.announce("changes", range(2, [change(3, "a", { x: 7 })]));
    replica.retry(mutation_id);
    await take(made, 4);
    replica.history.undo();
    expect(await take(made, 5)).toMatchObject([{ fields: { x: 7 }, was: { x: 5 } }]);
    expect(replica.history.undo()).toBeNull();
  });

  test("what an undo of an earlier tab left alone is told here", async () => {
    const disk = new MemoryDisk();
    const before = await joinedBench([A, B], new MemoryStorage("one", disk));
    before.replica.update("a", { x: 5 }, { x: 1 });
    await take(before, 3);
    await before.wire.setLive(false);
    before.replica.history.undo();
    await settled();
    const made = await bench(new MemoryStorage("two", disk, () => true));
    await made.wire.setLive(true);
    await made.wire.take("join_grid").answer(joined([B, ["a", 4, { x: 7, y: 1 }]]));
    expect(fieldsOf(made.replica)).toEqual({ x: 7, y: 1 });
    await refuse(made, { conflicts: { x: theirs(7) } });
    quiet(made.replica);
    expect(made.replica.history.snapshot()).toMatchObject({ turned: 0, left: [{ field: "x" }] });
  });
});
