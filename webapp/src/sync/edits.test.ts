import { describe, expect, test, vi } from "vitest";
import type { Fields, Mutation, PageEntry } from "../protocol.ts";
import type { Replica } from "./replica.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import { settled } from "./simulation/timeline.ts";
import { applied, bench, change, joined, joinedBench, page, range, result, type Bench } from "./testkit.ts";
import { InvalidValue, isUntaken } from "./types.ts";

const A: PageEntry = ["a", 1, { x: 1, y: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];
const CONFLICT = { code: "conflict", message: "Others were first.", retry: false } as const;

/** What lies on disk and was never sent, as long as nothing is joined. */
async function unsent(edit: (bench: Bench) => void): Promise<Mutation[]> {
  const disk = new MemoryDisk();
  const made = await joinedBench([A, B], new MemoryStorage("tab", disk));
  await made.wire.setLive(false);
  edit(made);
  await settled();
  return [...disk.entries.values()].map((entry) => entry.mutation);
}

/** Deletes them; returns what undoes exactly that. */
function removing(replica: Replica, ids: readonly string[]): () => void {
  replica.removeAll(ids);
  const step = replica.history.snapshot().undo!;
  return () => void replica.history.undo(step);
}

describe("many deletes in one step", () => {
  const MANY = Array.from({ length: 300 }, (_, i): PageEntry => [`r${i}`, i + 1, { x: i }]);

  test("are told once and one write on disk, and so is their undo", async () => {
    const storage = new MemoryStorage("tab", new MemoryDisk());
    const { replica, wire } = await joinedBench(MANY, storage);
    await wire.setLive(false);
    const write = vi.spyOn(storage, "write");
    const told = vi.fn();
    replica.onChanges(told);
    const undo = removing(
      replica,
      MANY.map(([id]) => id),
    );
    expect(replica.count).toBe(0);
    await settled();
    expect(write).toHaveBeenCalledOnce();
    expect(write.mock.calls[0]?.[0]).toHaveLength(300);
    expect(told).toHaveBeenCalledOnce();
    undo();
    expect(replica.count).toBe(300);
    await settled();
    expect(write).toHaveBeenCalledTimes(2);
    expect(told).toHaveBeenCalledTimes(2);
    expect(replica.status().unsent).toBe(0);
  });

  test("what was sent is restored, what nobody heard of is added again under its id", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    const undo = removing(replica, ["a", "nobody", "a"]);
    await settled();
    const { sent, mutations } = wire.mutations();
    expect(mutations).toMatchObject([{ type: "delete_record", id: "a", version: 1 }]);
    await sent.answer({ results: [applied(mutations[0], 3)] });
    await wire.announce("changes", range(2, [change(3, "a", null, "delete")]));
    undo();
    undo(); // it is there already
    await settled();
    expect(wire.mutations().mutations).toMatchObject([{ type: "restore_record", id: "a" }]);

    await wire.setLive(false);
    const fresh = replica.add({ x: 9 });
    const undoFresh = removing(replica, [fresh]);
    expect(replica.get(fresh)).toBeUndefined();
    undoFresh();
    expect(replica.get(fresh)).toMatchObject({ id: fresh, version: 0, fields: { x: 9 }, deleted: false });
  });
});

test("what was deleted before everything was read anew is restored, not added again", async () => {
  const { replica, wire } = await joinedBench([A, B]);
  const undo = removing(replica, ["a"]);
  await settled();
  const { sent, mutations } = wire.mutations();
  await sent.answer({ results: [applied(mutations[0], 3)] });
  await wire.announce("changes", range(2, [change(3, "a", null, "delete")]));
  await wire.setLive(false);
  await wire.setLive(true);
  await wire.take("join_grid").answer(joined([B], { epoch: "e2", page: page([B], { epoch: "e2" }) }));
  expect(replica.get("a")).toBeUndefined();
  undo();
  await settled();
  expect(wire.mutations().mutations).toMatchObject([{ type: "restore_record", id: "a" }]);
});

test("many are added in one step, or none of them", async () => {
  const { replica, wire } = await joinedBench([A]);
  const told = vi.fn();
  replica.onChanges(told);
  const ids = replica.addAll([{ x: 1 }, { x: 2 }]);
  expect(told).toHaveBeenCalledOnce();
  expect(ids.map((id) => replica.get(id)?.fields)).toEqual([{ x: 1 }, { x: 2 }]);
  expect(() => replica.addAll([{ x: 3 }, { x: Infinity }])).toThrow("Not a finite number");
  expect(replica.count).toBe(3);
  await settled();
  expect(wire.mutations().mutations).toHaveLength(2);
});

describe("R10: what was never sent folds", () => {
  test("same record, same fields: first was, last value", async () => {
    const left = await unsent(({ replica }) => {
      replica.update("a", { x: 5 }, { x: 1 });
      replica.update("a", { x: 6 }, { x: 5 });
    });
    expect(left).toMatchObject([{ fields: { x: 6 }, was: { x: 1 } }]);
  });

  test("undo of an unsent edit removes it", async () => {
    const left = await unsent(({ replica }) => {
      replica.update("a", { x: 5 }, { x: 1 });
      expect(replica.update("a", { x: 1 }, { x: 5 })).toBeNull();
      expect(replica.get("a")).toMatchObject({ fields: { x: 1 }, state: "saved" });
    });
    expect(left).toEqual([]);
  });

  test("other fields stay mutations of their own", async () => {
    const left = await unsent(({ replica }) => {
      replica.update("a", { x: 5 }, { x: 1 });
      replica.update("a", { y: 6 }, { y: 1 });
      replica.update("a", { x: 7 }, { x: 5 });
    });
    expect(left).toMatchObject([
      { fields: { x: 7 }, was: { x: 1 } },
      { fields: { y: 6 }, was: { y: 1 } },
    ]);
  });

  test("edits of an unsent add belong to it", async () => {
    const left = await unsent(({ replica }) => {
      const id = replica.add({ x: 1 });
      replica.update(id, { x: 2, y: "" }, { x: 1 });
      expect(replica.get(id)).toMatchObject({ version: 0, fields: { x: 2 }, state: "pending" });
    });
    expect(left).toMatchObject([{ type: "add_record", fields: { x: 2 } }]);
    expect(left).toHaveLength(1);
  });

  test("delete of an unsent add leaves nothing", async () => {
    const left = await unsent(({ replica }) => {
      const id = replica.add({ x: 1 });
      expect(replica.count).toBe(3);
      replica.remove(id);
      expect(replica.count).toBe(2);
    });
    expect(left).toEqual([]);
  });

  test("restore of an unsent delete leaves nothing", async () => {
    const left = await unsent(({ replica }) => {
      replica.remove("a");
      expect(replica.get("a")).toMatchObject({ deleted: true, fields: { x: 1 } });
      expect(replica.ids()).toEqual(["b"]);
      replica.restore("a");
      expect(replica.ids()).toEqual(["a", "b"]);
    });
    expect(left).toEqual([]);
  });

  test("nothing to do is no mutation: the same value, empty for empty", async () => {
    const left = await unsent(({ replica }) => {
      expect(replica.update("a", { x: 1, z: "" }, { x: 1 })).toBeNull();
      expect(replica.remove("nowhere")).toBeNull();
      expect(replica.restore("a")).toBeNull();
    });
    expect(left).toEqual([]);
  });

  test("an emptied field is sent as null", async () => {
    const left = await unsent(({ replica }) => void replica.update("a", { x: "" }, { x: 1 }));
    expect(left).toMatchObject([{ fields: { x: null }, was: { x: 1 } }]);
  });
});

describe("R8: chained edits", () => {
  async function chained() {
    const made = await joinedBench([A, B]);
    made.replica.update("a", { x: " 5 " }, { x: 1 });
    await settled();
    const first = made.wire.mutations();
    made.replica.update("a", { x: 6 }, { x: " 5 " });
    await settled();
    return { ...made, first };
  }

  test("R8: the later edit waits, and its was is what the earlier one stored", async () => {
    const { wire, first } = await chained();
    expect(wire.sent).toEqual([]);
    await first.sent.answer({ results: [applied(first.mutations[0], 3, { x: "5" })] });
    expect(wire.mutations().mutations).toMatchObject([{ fields: { x: 6 }, was: { x: "5" } }]);
  });

  test("R8: of one not applied its own was is taken: others are not overwritten", async () => {
    const { wire, first } = await chained();
    const conflict = result(first.mutations[0], { status: "conflict", error: CONFLICT, conflicts: {} });
    await first.sent.answer({ results: [conflict] });
    expect(wire.mutations().mutations).toMatchObject([{ fields: { x: 6 }, was: { x: 1 } }]);
  });

  test("R8: an edit made after the answer, while the overlay stands, names what was stored", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: " 5 " }, { x: 1 });
    await settled();
    const first = wire.mutations();
    await first.sent.answer({ results: [applied(first.mutations[0], 3, { x: "5" })] });
    replica.update("a", { x: 6 }, { x: " 5 " }); // the editor had been opened before the answer came
    await settled();
    expect(wire.mutations().mutations).toMatchObject([{ was: { x: "5" } }]);
  });

  test("R8: what the user saw confirmed is was, though an own edit before it is not answered yet", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = wire.mutations();
    const { mutation_id } = first.mutations[0]!;
    await wire.announce(
      "changes",
      range(2, [change(3, "a", { x: 5 }, "update", mutation_id), change(4, "a", { x: 9 })]),
    );
    expect(replica.get("a")?.fields.x).toBe(9); // theirs, later than mine
    replica.update("a", { x: 6 }, { x: 9 });
    await settled();
    await first.sent.answer({ results: [applied(first.mutations[0], 3)] });
    expect(wire.mutations().mutations).toMatchObject([{ fields: { x: 6 }, was: { x: 9 } }]);
  });

  test("R8: another field of the record does not wait", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    replica.update("a", { y: 6 }, { y: 1 });
    await settled();
    expect(wire.mutations().mutations).toHaveLength(2);
  });

  test("an add that is not applied takes the edits after it along, as one draft", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    const id = replica.add({ x: -1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    replica.update(id, { y: 2 }, {});
    await settled();
    const error = { code: "validation_failed", message: "Not valid.", retry: false } as const;
    await sent.answer({ results: [result(mutations[0], { status: "refused", error })] });
    expect(replica.ids()).toEqual(["a", "b"]);
    const [kept] = replica.status().kept;
    expect(kept).toMatchObject({ type: "add_record", recordId: id, fields: { x: -1, y: 2 } });
    expect(replica.status().unsent).toBe(0);
    replica.retry(kept!.mutationId, { x: 1 });
    await settled();
    const again = wire.mutations().mutations;
    expect(again).toMatchObject([{ type: "add_record", id, fields: { x: 1, y: 2 } }]);
    expect(again[0]?.mutation_id).not.toBe(mutations[0]?.mutation_id);
  });
});

test("R10: an add answered only after a reload, and badly, takes no edit along that was sent", async () => {
  const disk = new MemoryDisk();
  const first = await joinedBench([A, B], new MemoryStorage("tab1", disk));
  const id = first.replica.add({ x: 3 });
  await settled();
  const add = first.wire.mutations();
  await add.sent.answer({ results: [applied(add.mutations[0], 3)] });
  first.replica.update(id, { y: 4 }, { y: null });
  await settled();
  const { mutations: sent } = first.wire.mutations(); // the server may have done it
  first.replica.stop(); // the add was acknowledged, but its overlay has not ended
  const { replica, wire } = await joinedBench([A, B], new MemoryStorage("tab2", disk));
  await settled();
  await wire.take("mutate").refuse({ code: "internal", retry: true });
  expect(replica.status().kept).toMatchObject([{ type: "add_record", fields: { x: 3 } }]);
  expect(wire.mutations().mutations).toEqual(sent);
});

describe("R10: an add that nobody knows of and that its user has deleted since", () => {
  async function unknown() {
    const made = await joinedBench([A, B]);
    const id = made.replica.add({ x: 3 });
    await settled();
    const add = made.wire.mutations();
    made.replica.update(id, { y: 4 }, { y: null });
    made.replica.remove(id);
    await add.sent.refuse({ code: "internal", message: "Oh.", retry: true });
    expect(made.replica.status().kept).toMatchObject([{ recordId: id, status: "not_saved" }]);
    expect(made.replica.get(id)?.deleted).toBe(true);
    const { sent, mutations } = made.wire.mutations();
    expect(mutations).toMatchObject([{ type: "delete_record", id, version: Number.MAX_SAFE_INTEGER }]);
    return { ...made, id, answer: sent, asked: mutations[0]! };
  }

  test("is deleted at the server, where that has it after all", async () => {
    const { replica, answer, asked, wire } = await unknown();
    await answer.answer({ results: [applied(asked, 4)] });
    expect(replica.status().kept).toEqual([]);
    expect(wire.sent).toEqual([]);
  });

  test("is forgotten, with the delete, where the server never had it", async () => {
    const { replica, answer, asked, wire } = await unknown();
    const error = { code: "not_found", message: "No such record.", retry: false } as const;
    await answer.answer({ results: [result(asked, { status: "refused", error })] });
    expect(replica.status()).toMatchObject({ kept: [], unsent: 0 });
    expect(wire.sent).toEqual([]);
  });

  test("is its user's to judge where others have changed it by then", async () => {
    const { replica, answer, asked } = await unknown();
    const error = { code: "changed", message: "Changed.", retry: false } as const;
    await answer.answer({ results: [result(asked, { status: "conflict", error })] });
    expect(replica.status().kept).toMatchObject([{ type: "delete_record", status: "conflict" }]);
  });
});

describe("R10: an add that was refused is corrected and goes again", () => {
  const INVALID = { code: "validation_failed", message: "Not valid.", retry: false } as const;

  async function refused() {
    const made = await joinedBench([A, B]);
    const id = made.replica.add({ x: -1, y: 2, z: [1] });
    await settled();
    const { sent, mutations } = made.wire.mutations();
    await sent.answer({
      results: [
        result(mutations[0], { status: "refused", error: { ...INVALID, fields: { x: ["Too small."] } } }),
      ],
    });
    const [kept] = made.replica.status().kept;
    return { ...made, id, kept: kept!, first: mutations[0]! };
  }

  test("what the form shows is what was entered, and why it was not taken", async () => {
    const { replica, id, kept } = await refused();
    expect(kept).toMatchObject({
      type: "add_record",
      recordId: id,
      fields: { x: -1, y: 2, z: [1] },
      error: { fields: { x: ["Too small."] } },
    });
    expect(replica.ids()).toEqual(["a", "b"]);
  });

  test("its own values stay shown, and the refusal at the fields that it names", async () => {
    const { replica, id } = await refused();
    const view = replica.get(id);
    expect(view).toMatchObject({ deleted: true, fields: { x: -1, y: 2, z: [1] } });
    expect(isUntaken(view)).toBe(true);
    expect(Object.keys(view?.refused ?? {})).toEqual(["x"]);
  });

  test("a refusal of the record as a whole is told at its first field", async () => {
    const { replica, wire, id, kept } = await refused();
    replica.retry(kept.mutationId, {});
    await settled();
    const { sent, mutations } = wire.mutations();
    const error = { ...INVALID, fields: { _schema: ["They do not fit."] } };
    await sent.answer({ results: [result(mutations[0], { status: "refused", error })] });
    expect(Object.keys(replica.get(id)?.refused ?? {})).toEqual(["x"]);
  });

  test.each<[string, Fields, Fields]>([
    ["a field corrected", { x: 1 }, { x: 1, y: 2, z: [1] }],
    ["a field cleared with null", { x: 1, y: null }, { x: 1, z: [1] }],
    ["a field cleared with an empty text", { x: 1, y: "" }, { x: 1, z: [1] }],
    ["a field filled that was empty", { x: 1, w: "new" }, { x: 1, y: 2, z: [1], w: "new" }],
    ["the refused field itself cleared", { x: null }, { y: 2, z: [1] }],
    ["everything cleared", { x: null, y: null, z: null }, {}],
    ["nothing changed", {}, { x: -1, y: 2, z: [1] }],
  ])("%s: a new mutation of the same record, shown at once", async (_, patch, fields) => {
    const { replica, wire, id, kept, first } = await refused();
    const again = replica.retry(kept.mutationId, patch);
    expect(again).not.toBe(first.mutation_id);
    expect(replica.get(id)).toMatchObject({ deleted: false, fields, state: "pending" });
    expect(replica.status()).toMatchObject({ unsent: 1, kept: [] });
    await settled();
    const { sent, mutations } = wire.mutations();
    expect(mutations).toEqual([{ type: "add_record", mutation_id: again, id, fields }]);
    await sent.answer({ results: [applied(mutations[0], 3)] });
    expect(replica.status()).toMatchObject({ unsent: 0, kept: [] });
  });

  test("refused once more it is kept with the corrected values, once", async () => {
    const { replica, wire, id, kept } = await refused();
    replica.retry(kept.mutationId, { x: -2, y: null });
    await settled();
    const { sent, mutations } = wire.mutations();
    await sent.answer({ results: [result(mutations[0], { status: "refused", error: INVALID })] });
    expect(replica.status().kept).toMatchObject([{ recordId: id, fields: { x: -2, z: [1] } }]);
  });

  test("a value that the wire cannot carry is told, and nothing changes", async () => {
    const { replica, wire, kept } = await refused();
    expect(() => replica.retry(kept.mutationId, { x: NaN })).toThrow(InvalidValue);
    expect(replica.status().kept).toEqual([kept]);
    await settled();
    expect(wire.sent).toEqual([]);
  });
});

test("R10: a refused update is retried with a field cleared: null, over what is shown now", async () => {
  const { replica, wire } = await joinedBench([A, B]);
  replica.update("a", { x: -1 }, { x: 1 });
  await settled();
  const { sent, mutations } = wire.mutations();
  const error = { code: "validation_failed", message: "Not valid.", retry: false } as const;
  await sent.answer({ results: [result(mutations[0], { status: "refused", error })] });
  await wire.announce("changes", range(2, [change(3, "a", { x: 9 })]));
  replica.retry(mutations[0]!.mutation_id, { x: "" });
  expect(replica.get("a")).toMatchObject({ fields: { y: 1 }, state: "pending" });
  await settled();
  expect(wire.mutations().mutations).toMatchObject([{ fields: { x: null }, was: { x: 9 } }]);
});

describe("R8: delete after own edits", () => {
  async function deleting() {
    const made = await joinedBench([A, B]);
    made.replica.update("a", { x: " 5 " }, { x: 1 });
    await settled();
    const first = made.wire.mutations();
    made.replica.remove("a");
    await settled();
    await first.sent.answer({ results: [applied(first.mutations[0], 3, { x: "5" })] });
    return made;
  }

  test("it waits for their overlays; its version is the confirmed one where the user saw those values", async () => {
    const { wire } = await deleting();
    expect(wire.sent).toEqual([]);
    await wire.announce("changes", range(2, [change(3, "a", { x: "5" })]));
    expect(wire.mutations().mutations).toMatchObject([{ type: "delete_record", id: "a", version: 3 }]);
  });

  test("where others changed it meanwhile, the version is the one the user saw", async () => {
    const { wire } = await deleting();
    await wire.announce("changes", range(2, [change(3, "a", { x: "5" }), change(4, "a", { y: 9 })]));
    expect(wire.mutations().mutations).toMatchObject([{ version: 1 }]);
  });

  test("of a record just added, the version is the one that the add made", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    const id = replica.add({ x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    replica.remove(id);
    await settled();
    await sent.answer({ results: [applied(mutations[0], 3, { x: 1, z: "default" })] });
    await wire.announce(
      "changes",
      range(2, [change(3, id, { x: 1, z: "default" }, "add"), change(4, id, { x: 9 })]),
    );
    expect(wire.mutations().mutations).toMatchObject([{ type: "delete_record", version: 3 }]);
  });
});

test("restoring a record deleted by others shows its last known fields at once", async () => {
  const { replica, wire } = await joinedBench([A, B]);
  await wire.announce("changes", range(2, [change(3, "a", null, "delete")]));
  expect(replica.get("a")).toMatchObject({ deleted: true, fields: { x: 1 } });
  replica.restore("a");
  expect(replica.get("a")).toMatchObject({ deleted: false, fields: { x: 1 } });
  expect(replica.ids()).toEqual(["a", "b"]);
  await settled();
  expect(wire.mutations().mutations).toMatchObject([{ type: "restore_record", id: "a" }]);
});

test("what earlier tabs left goes before one's own", async () => {
  const disk = new MemoryDisk();
  const first = await bench(new MemoryStorage("tab1", disk));
  first.replica.update("b", { x: 8 }, { x: 2 });
  await settled();
  const made = await joinedBench([A, B], new MemoryStorage("tab2", disk));
  made.replica.update("a", { x: 5 }, { x: 1 });
  await settled();
  expect(made.wire.mutations().mutations.map((mutation) => mutation.id)).toEqual(["b"]);
});
