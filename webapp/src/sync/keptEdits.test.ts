import { describe, expect, test } from "vitest";
import type { Conflict, Json, Mutation, PageEntry, Result } from "../protocol.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import { settled } from "./simulation/timeline.ts";
import { isAhead, theirsOf } from "./theirs.ts";
import { applied, change, joinedBench, range, result, type Bench } from "./testkit.ts";
import { InvalidValue, type RecordView } from "./types.ts";

const RECORDS: readonly PageEntry[] = [
  ["a", 1, { x: 1, y: 1 }],
  ["b", 2, { x: 2 }],
  ["c", 3, { x: 3 }],
];
const BEN = { id: "ben", name: "Ben" };
const AT = "2026-07-30T14:03:00Z";
const told = (code: "conflict" | "gone" | "changed" | "exists" | "validation_failed") =>
  ({ code, message: "No.", retry: false, author: BEN, at: AT, revision: 4 }) as const;
const theirs = (value: Json, revision = 4): Conflict => ({ value, revision, author: BEN, at: AT });

class Counted extends MemoryStorage {
  writes: (readonly [puts: number, deletes: number])[] = [];

  override async write(...args: Parameters<MemoryStorage["write"]>): Promise<readonly string[]> {
    this.writes.push([args[0].length, args[1].length]);
    return this.writeNow(...args);
  }
}

type Setup = Bench & { readonly storage: Counted; readonly disk: MemoryDisk };

/** What its user did, each answered so. */
async function notTaken(
  act: (made: Bench) => void,
  answers: (mutation: Mutation) => Partial<Result>,
): Promise<Setup> {
  const disk = new MemoryDisk();
  const storage = new Counted("tab", disk);
  const made = await joinedBench(RECORDS, storage);
  act(made);
  await settled();
  const { sent, mutations } = made.wire.mutations();
  await sent.answer({ results: mutations.map((mutation) => result(mutation, answers(mutation))) });
  storage.writes = [];
  return { ...made, storage, disk };
}

/** Edits of x in a, b and c, and in each somebody else was first. */
const threeConflicts = (): Promise<Setup> =>
  notTaken(
    ({ replica }) => void replica.updateAll(RECORDS.map(([id, , fields]) => ({ id, patch: { x: `my ${id}` }, was: { x: fields!["x"]! } }))), // prettier-ignore
    ({ id }) => ({ status: "conflict", error: told("conflict"), conflicts: { x: theirs(`their ${id}`) } }),
  );

const idsOf = ({ replica }: Bench) => replica.status().kept.map(({ mutationId }) => mutationId);
const announced = ({ wire }: Bench) =>
  wire.announce("changes", range(3, RECORDS.map(([id], i) => change(4 + i, id, { x: `their ${id}` })))); // prettier-ignore

test("R10: what was not taken tells what its user saw, wanted and is met by; the same object until it changes", async () => {
  const { replica } = await threeConflicts();
  const [first] = replica.status().kept;
  expect(first).toMatchObject({
    recordId: "a",
    fields: { x: "my a" },
    was: { x: 1 },
    conflicts: { x: { value: "their a", author: BEN, at: AT } },
  });
  const { kept } = replica.status();
  replica.update("b", { y: 5 }, {});
  expect(replica.status().unsent).toBe(1);
  expect(replica.status().kept).toBe(kept);
  expect(kept[0]).toBe(first);
});

describe("kept all at once", () => {
  test("R8: theirs is what each goes over, one step on disk and one of the history", async () => {
    const made = await threeConflicts();
    const { replica, wire, storage } = made;
    const again = replica.retryAll(idsOf(made).map((mutationId) => ({ mutationId })));
    await settled();
    expect(storage.writes).toEqual([
      [3, 3],
      [3, 0],
    ]); // prettier-ignore -- in their place, then marked sent
    const { sent, mutations } = wire.mutations();
    expect(mutations).toMatchObject(
      ["a", "b", "c"].map((id, i) => ({
        mutation_id: again[i],
        fields: { x: `my ${id}` },
        was: { x: `their ${id}` },
      })),
    );
    expect(replica.status()).toMatchObject({ kept: [], unsent: 3 });
    await sent.answer({ results: mutations.map((mutation, i) => applied(mutation, 7 + i)) });
    await announced(made);
    await wire.announce("changes", range(6, mutations.map(({ id, mutation_id }, i) => change(7 + i, id, { x: `my ${id}` }, "update", mutation_id)))); // prettier-ignore
    expect(replica.history.undo()).toMatchObject({ size: 3 });
    await settled();
    expect(wire.mutations().mutations).toMatchObject(
      ["a", "b", "c"].map((id) => ({ fields: { x: `their ${id}` }, was: { x: `my ${id}` } })),
    );
  });

  test("R8: a newer value that its user has not seen is not overwritten", async () => {
    const made = await threeConflicts();
    const { replica, wire } = made;
    await announced(made);
    await wire.announce("changes", range(6, [change(7, "a", { x: "newer" })]));
    const [mutationId] = idsOf(made);
    replica.retryAll([{ mutationId: mutationId!, seen: { x: "their a" } }]);
    await settled();
    const { sent, mutations } = wire.mutations();
    expect(mutations).toMatchObject([{ was: { x: "their a" } }]);
    const conflicts = { x: theirs("newer", 7) };
    await sent.answer({
      results: [result(mutations[0], { status: "conflict", error: told("conflict"), conflicts })],
    });
    expect(replica.status().kept.map(({ conflicts, fields }) => [fields, conflicts["x"]?.value])).toEqual([
      [{ x: "my b" }, "their b"],
      [{ x: "my c" }, "their c"],
      [{ x: "my a" }, "newer"],
    ]);
  });

  test("a value that the wire cannot carry changes nothing of any", async () => {
    const made = await threeConflicts();
    const [first, second] = idsOf(made);
    const asked = [{ mutationId: first! }, { mutationId: second!, patch: { x: NaN } }];
    expect(() => made.replica.retryAll(asked)).toThrow(InvalidValue);
    expect(made.replica.status().kept).toHaveLength(3);
  });

  test("two of one record are one part of the step, each with its own fields", async () => {
    const made = await notTaken(
      ({ replica }) => {
        replica.update("a", { x: "my x" }, { x: 1 });
        replica.update("a", { y: "my y" }, { y: 1 });
      },
      ({ fields }: Mutation & { fields?: object }) => {
        const [name] = Object.keys(fields!);
        return {
          status: "conflict",
          error: told("conflict"),
          conflicts: { [name!]: theirs(`their ${name}`) },
        };
      },
    );
    const { replica, wire } = made;
    replica.retryAll(idsOf(made).map((mutationId) => ({ mutationId })));
    await settled();
    const { sent, mutations } = wire.mutations();
    await sent.answer({ results: mutations.map((mutation, i) => applied(mutation, 5 + i)) });
    await wire.announce("changes", range(3, [
      change(4, "a", { x: "their x", y: "their y" }),
      change(5, "a", { x: "my x" }, "update", mutations[0]!.mutation_id),
      change(6, "a", { y: "my y" }, "update", mutations[1]!.mutation_id),
    ])); // prettier-ignore
    replica.history.undo();
    await settled();
    expect(wire.mutations().mutations).toMatchObject([
      { fields: { x: "their x", y: "their y" }, was: { x: "my x", y: "my y" } },
    ]);
  });
});

describe("let go all at once", () => {
  test("one step on disk, and none is left", async () => {
    const made = await threeConflicts();
    made.replica.settleAll(idsOf(made));
    await settled();
    expect(made.storage.writes).toEqual([[0, 3]]);
    expect(made.disk.entries.size).toBe(0);
    expect(made.replica.status()).toMatchObject({ kept: [], unsent: 0 });
    expect(made.wire.sent).toEqual([]);
  });

  test("R8: undone, it asks for one's own values, where theirs still stand", async () => {
    const made = await threeConflicts();
    const { replica, wire } = made;
    await announced(made);
    replica.settleAll(idsOf(made));
    await wire.announce("changes", range(6, [change(7, "b", { x: "newer" })]));
    expect(replica.history.undo()).toMatchObject({ size: 3 });
    expect(replica.get("a")?.fields).toMatchObject({ x: "my a" });
    expect(replica.get("b")?.fields).toMatchObject({ x: "newer" });
    await settled();
    expect(wire.mutations().mutations).toMatchObject(
      ["a", "b", "c"].map((id) => ({ fields: { x: `my ${id}` }, was: { x: `their ${id}` } })),
    );
  });

  test("what is not valid leaves nothing to undo", async () => {
    const made = await notTaken(
      ({ replica }) => void replica.update("a", { x: -1 }, { x: 1 }),
      () => ({ status: "refused", error: told("validation_failed") }),
    );
    made.replica.settle(idsOf(made)[0]!);
    expect(made.replica.history.undo()).toBeNull();
  });
});

describe("of records that are gone", () => {
  async function gone(): Promise<Setup> {
    const made = await notTaken(
      ({ replica }) => void replica.updateAll(["a", "b"].map((id) => ({ id, patch: { x: `my ${id}` }, was: {} }))), // prettier-ignore
      () => ({ status: "conflict", error: told("gone") }),
    );
    await made.wire.announce("changes", range(3, [change(4, "a", null, "delete"), change(5, "b", null, "delete")])); // prettier-ignore
    return made;
  }

  test("each comes back before its edit, and undone the record goes again", async () => {
    const made = await gone();
    const { replica, wire } = made;
    replica.retryAll(idsOf(made).map((mutationId) => ({ mutationId })));
    expect(replica.get("a")).toMatchObject({ deleted: false, fields: { x: "my a", y: 1 } });
    await settled();
    const back = wire.mutations();
    expect(back.mutations).toMatchObject([
      { type: "restore_record", id: "a" },
      { type: "restore_record", id: "b" },
    ]);
    await back.sent.answer({
      results: back.mutations.map((mutation, i) => applied(mutation, 6 + i, RECORDS[i]![2]!)),
    });
    const edits = wire.mutations();
    expect(edits.mutations).toMatchObject([
      { id: "a", fields: { x: "my a" }, was: { x: 1 } },
      { id: "b", fields: { x: "my b" }, was: { x: 2 } },
    ]);
    await edits.sent.answer({ results: edits.mutations.map((mutation, i) => applied(mutation, 8 + i)) });
    await wire.announce("changes", range(5, [
      change(6, "a", RECORDS[0]![2], "add", back.mutations[0]!.mutation_id),
      change(7, "b", RECORDS[1]![2], "add", back.mutations[1]!.mutation_id),
      change(8, "a", { x: "my a" }, "update", edits.mutations[0]!.mutation_id),
      change(9, "b", { x: "my b" }, "update", edits.mutations[1]!.mutation_id),
    ])); // prettier-ignore
    expect(replica.history.undo()).toMatchObject({ size: 2 });
    expect(replica.get("a")).toMatchObject({ deleted: true });
    await settled();
    expect(wire.mutations().mutations).toMatchObject([
      { type: "delete_record", id: "a", version: 8 },
      { type: "delete_record", id: "b", version: 9 },
    ]);
  });

  test("one that somebody has brought back is only edited", async () => {
    const made = await gone();
    await made.wire.announce("changes", range(5, [change(6, "a", { x: 7 }, "add")]));
    made.replica.retryAll([{ mutationId: idsOf(made)[0]! }]);
    await settled();
    expect(made.wire.mutations().mutations).toMatchObject([
      { type: "update_record", fields: { x: "my a" }, was: { x: 7 } },
    ]);
    expect(made.replica.history.snapshot().undo).toMatchObject({ kind: "edit" }); // undone, the record stays
  });

  test("two edits of one bring it back once", async () => {
    const made = await notTaken(
      ({ replica }) => {
        replica.update("a", { x: "my x" }, { x: 1 });
        replica.update("a", { y: "my y" }, { y: 1 });
      },
      () => ({ status: "conflict", error: told("gone") }),
    );
    const { replica, wire } = made;
    await wire.announce("changes", range(3, [change(4, "a", null, "delete")]));
    replica.retryAll(idsOf(made).map((mutationId) => ({ mutationId })));
    expect(replica.status().unsent).toBe(3);
    expect(replica.get("a")).toMatchObject({ deleted: false, fields: { x: "my x", y: "my y" } });
  });
});

test("a delete that was not taken goes with the version its user sees now", async () => {
  const made = await notTaken(
    ({ replica }) => replica.removeAll(["a", "b"]),
    () => ({ status: "conflict", error: told("changed") }),
  );
  await made.wire.announce("changes", range(3, [change(4, "a", { x: 5 }), change(5, "b", { x: 6 })]));
  made.replica.retryAll(idsOf(made).map((mutationId) => ({ mutationId })));
  await settled();
  expect(made.wire.mutations().mutations).toMatchObject([
    { type: "delete_record", id: "a", version: 4 },
    { type: "delete_record", id: "b", version: 5 },
  ]);
  expect(made.replica.history.snapshot().undo).toMatchObject({ kind: "delete" });
});

test("a new record whose id is there already goes again as another one", async () => {
  const made = await notTaken(
    ({ replica }) => void replica.add({ x: 9 }),
    () => ({ status: "conflict", error: told("exists") }),
  );
  const [kept] = made.replica.status().kept;
  made.replica.retryAll([{ mutationId: kept!.mutationId }]);
  await settled();
  const [again] = made.wire.mutations().mutations;
  expect(again).toMatchObject({ type: "add_record", fields: { x: 9 } });
  expect(again!.id).not.toBe(kept!.recordId);
});

test("R10: what could not be sent goes again under its own id, all of it in one step on disk", async () => {
  const disk = new MemoryDisk();
  const storage = new Counted("tab", disk);
  const made = await joinedBench(RECORDS, storage);
  const { replica, wire } = made;
  const asked = replica.updateAll(["a", "b"].map((id) => ({ id, patch: { x: 0 }, was: {} })));
  await settled();
  await wire.mutations().sent.refuse({ code: "too_large", retry: false });
  for (const id of asked) {
    const alone = wire.mutations();
    expect(alone.mutations.map(({ mutation_id }) => mutation_id)).toEqual([id]);
    await alone.sent.refuse({ code: "too_large", retry: false });
  }
  expect(replica.status().kept.map(({ status }) => status)).toEqual(["not_saved", "not_saved"]);
  storage.writes = [];
  expect(replica.retryAll(asked.map((mutationId) => ({ mutationId: mutationId! })))).toEqual(asked);
  await settled();
  expect(storage.writes).toEqual([[2, 0]]);
  expect(wire.mutations().mutations.map(({ mutation_id }) => mutation_id)).toEqual(asked);
});

test("theirs is what is shown, or what the conflict told, where that is newer", () => {
  const view = (version: number) => ({ version, fields: { x: "shown" } }) as unknown as RecordView;
  expect(theirsOf(view(3), "x", theirs("told", 4))).toBe("told");
  expect(theirsOf(view(4), "x", theirs("told", 4))).toBe("shown");
  expect(theirsOf(view(4), "y")).toBeNull();
  expect(theirsOf(undefined, "x", theirs("told", 4))).toBe("told");
  expect(isAhead(view(3), { ...theirs(1), revision: null })).toBe(false); // history is pruned
});
