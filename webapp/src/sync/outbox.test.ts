import { describe, expect, test } from "vitest";
import type { PageEntry } from "../protocol.ts";
import type { Replica } from "./replica.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import { settled } from "./simulation/timeline.ts";
import type { OutboxStorage, StoredEntry, Waiting } from "./storage.ts";
import {
  applied,
  bench,
  change,
  GRID,
  head,
  joined,
  joinedBench,
  page,
  pass,
  range,
  result,
} from "./testkit.ts";
import { InvalidValue } from "./types.ts";
import { RequestTimeout } from "./wire.ts";

const A: PageEntry = ["a", 1, { x: 1, y: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];
const DAY = 24 * 3600 * 1000;

/** A disk whose writes come to an end only when told. */
class HeldStorage implements OutboxStorage {
  readonly durable = true;
  readonly owner = "tab";
  readonly held: (() => void)[] = [];
  private readonly inner = new MemoryStorage("tab");

  load(grid: string): Promise<StoredEntry[]> {
    return this.inner.load(grid);
  }

  probe(): Promise<void> {
    return this.inner.probe();
  }

  inherit(): Promise<void> {
    return this.inner.inherit();
  }

  grids(): Promise<Waiting> {
    return this.inner.grids();
  }

  onMoved(): () => void {
    return this.inner.onMoved();
  }

  write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]> {
    return new Promise((resolve) => this.held.push(() => resolve(this.inner.writeNow(puts, deletes))));
  }

  async release(): Promise<void> {
    this.held.shift()?.();
    await settled();
  }
}

describe("R10: on disk before it counts", () => {
  test("R10: shown at once, sent only when on disk and marked sent there", async () => {
    const storage = new HeldStorage();
    const { replica, wire } = await joinedBench([A, B], storage);
    replica.update("a", { x: 5 }, { x: 1 });
    expect(replica.get("a")).toMatchObject({ fields: { x: 5, y: 1 }, state: "pending" });
    expect([...replica.get("a")!.pending]).toEqual(["x"]);
    expect(replica.status()).toMatchObject({ unsent: 1, storing: 1 });
    await settled();
    await storage.release(); // the edit
    expect(replica.status()).toMatchObject({ unsent: 1 });
    expect(wire.sent).toEqual([]);
    await storage.release(); // the mark
    expect(wire.mutations().mutations).toMatchObject([
      { type: "update_record", id: "a", fields: { x: 5 }, was: { x: 1 } },
    ]);
    expect(replica.status().storing).toBe(0);
  });

  test("R10: a closed tab sends when it is opened again, under the same ids", async () => {
    const disk = new MemoryDisk();
    const first = await joinedBench([A, B], new MemoryStorage("tab1", disk));
    first.replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const sentBefore = first.wire.mutations().mutations;
    first.replica.update("b", { x: 6 }, { x: 2 });
    await settled();
    first.replica.stop();

    const again = await joinedBench([A, B], new MemoryStorage("tab2", disk));
    expect(again.replica.get("a")?.fields).toEqual({ x: 5, y: 1 });
    expect(again.replica.get("b")?.fields).toEqual({ x: 6 });
    const { sent, mutations } = again.wire.mutations();
    expect(mutations).toEqual(sentBefore); // first what was sent, and only that
    await sent.answer({ results: [applied(mutations[0], 3)] });
    expect(again.wire.mutations().mutations).toMatchObject([{ id: "b", fields: { x: 6 } }]);
  });

  test("R10: what another tab has adopted is left to it", async () => {
    const disk = new MemoryDisk();
    const first = await bench(new MemoryStorage("tab1", disk));
    first.replica.update("a", { x: 5 }, {});
    await settled();
    await new MemoryStorage("tab2", disk).load(GRID);
    await first.wire.setLive(true);
    await first.wire.take("join_grid").answer(joined([A]));
    expect(first.wire.sent).toEqual([]);
    expect(first.replica.status().unsent).toBe(0);
    expect([...disk.entries.values()]).toMatchObject([{ owner: "tab2" }]);
    expect([...disk.entries.values()][0]?.sentAt).toBeUndefined();
  });

  /** One that tells when mutations have changed hands, and reads when the test says so. */
  class MovingStorage extends MemoryStorage {
    readonly reads: (() => void)[] = [];
    isQuick = false;
    moved = (): void => {};

    override onMoved(fn?: () => void): () => void {
      if (fn !== undefined) this.moved = fn;
      return () => {};
    }

    override async load(grid: string): Promise<StoredEntry[]> {
      const found = this.loadNow(grid);
      if (!this.isQuick) await new Promise<void>((resolve) => this.reads.push(resolve));
      return found;
    }
  }

  test("R10: what is taken back while the disk is read again does not come back", async () => {
    const storage = new MovingStorage("tab");
    const opening = bench(storage);
    await settled();
    storage.reads.shift()!();
    const { replica } = await opening;
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    storage.moved();
    await settled();
    replica.update("a", { x: 1 }, { x: 5 });
    storage.reads.shift()!();
    await settled();
    expect(replica.status().unsent).toBe(0);
    expect(replica.get("a")).toBeUndefined();
  });

  test("R7, R10: adopted by another tab: what is acknowledged is shown on, what is in flight is decided there", async () => {
    const disk = new MemoryDisk();
    const storage = new MovingStorage("tab1", disk, () => false);
    storage.isQuick = true;
    const { replica, wire } = await joinedBench([A, B], storage);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = wire.mutations();
    await first.sent.answer({ results: [applied(first.mutations[0], 3)] });
    replica.update("b", { x: 6 }, { x: 2 });
    await settled();
    const second = wire.mutations();
    for (const entry of disk.entries.values()) entry.owner = "tab2";
    storage.moved();
    await settled();
    expect(replica.get("a")?.fields).toEqual({ x: 5, y: 1 });
    expect(replica.get("b")?.fields).toEqual({ x: 2 });
    await second.sent.answer({
      results: [
        result(second.mutations[0], {
          status: "conflict",
          error: { code: "gone", message: "", retry: false },
        }),
      ],
    });
    expect(replica.status()).toMatchObject({ unsent: 0, kept: [] });
    await wire.announce("changes", range(2, [change(3, "a", { x: 5 }), change(4, "b", { x: 6 })]));
    expect(replica.get("a")).toMatchObject({ fields: { x: 5, y: 1 }, state: "saved" });
    expect([...disk.entries.values()].map(({ kept }) => kept)).toEqual([undefined, undefined]);
  });

  describe("R10: what a tab's user writes after another tab has adopted what it had", () => {
    async function asleep(before: (replica: Replica) => void) {
      const disk = new MemoryDisk();
      const { replica, wire } = await joinedBench([A], new MemoryStorage("tab", disk, () => false));
      const of = (owner: string) => [...disk.entries.values()].filter((entry) => entry.owner === owner);
      before(replica);
      await settled();
      const adopted = (): void => of("tab").forEach((entry) => (entry.owner = "other"));
      return { replica, wire, adopted, mine: () => of("tab").map(({ mutation }) => mutation) };
    }
    const EDITED = { type: "update_record", id: "a", fields: { x: 6 }, was: { x: 5 } };

    test("is not lost where the record comes back from a delete that was sent before", async () => {
      const { replica, adopted, mine } = await asleep((tab) => tab.remove("a"));
      replica.restore("a");
      replica.update("a", { x: 5 }, { x: 1 });
      await settled();
      adopted();
      replica.update("a", { x: 6 }, { x: 5 });
      await settled();
      expect(mine()).toMatchObject([EDITED]);
    });

    test("nor where that delete was answered, and its restore is the other tab's already", async () => {
      const { replica, wire, adopted, mine } = await asleep((tab) => tab.remove("a"));
      const { sent, mutations } = wire.mutations();
      replica.restore("a");
      replica.update("a", { x: 5 }, { x: 1 });
      await settled();
      adopted();
      // Answered, so that it goes on with the restore, which is marked sent in one transaction with the edit.
      await Promise.all([
        sent.answer({ results: [applied(mutations[0], 2)] }),
        Promise.resolve().then(() => replica.update("a", { x: 6 }, { x: 5 })),
      ]);
      await settled();
      expect(mine()).toMatchObject([EDITED]);
    });

    test("nor is what was taken back", async () => {
      const { replica, adopted, mine } = await asleep((tab) => tab.remove("a"));
      replica.restore("a");
      replica.update("a", { x: 5 }, { x: 1 });
      await settled();
      adopted();
      replica.update("a", { x: 1 }, { x: 5 });
      await settled();
      expect(mine()).toMatchObject([{ type: "update_record", id: "a", fields: { x: 1 }, was: { x: 5 } }]);
    });

    test("nor where a third tab has left a delete, which comes first", async () => {
      const disk = new MemoryDisk();
      const storage = new MovingStorage("tab", disk, (owner) => owner === "third");
      storage.isQuick = true;
      const { replica, wire } = await joinedBench([A], storage);
      await wire.setLive(false);
      replica.update("a", { x: 5 }, { x: 1 });
      await settled();
      for (const entry of disk.entries.values()) entry.owner = "other";
      const theirs = { type: "delete_record", mutation_id: "theirs", id: "a" } as const;
      new MemoryStorage("third", disk).writeNow([{ owner: "third", grid: GRID, mutation: theirs }], []);
      storage.moved();
      replica.update("a", { x: 6 }, { x: 5 }); // while the disk is read
      await settled();
      const mine = [...disk.entries.values()].filter(({ owner }) => owner === "tab");
      expect(mine.map(({ mutation }) => mutation)).toMatchObject([theirs, EDITED]);
    });

    test("is nothing where the record was deleted after it", async () => {
      const { replica, wire, adopted, mine } = await asleep((tab) => tab.update("a", { x: 5 }, { x: 1 }));
      await wire.setLive(false);
      replica.update("a", { y: 5 }, { y: 1 });
      await settled();
      adopted();
      replica.update("a", { y: 6 }, { y: 5 });
      replica.remove("a");
      await settled();
      expect(mine()).toMatchObject([{ type: "delete_record", id: "a" }]);
    });

    test("goes behind the restore of a record whose delete was taken back first", async () => {
      const { replica, wire, adopted, mine } = await asleep((tab) => tab.update("a", { x: 4 }, { x: 1 }));
      await wire.setLive(false);
      replica.update("a", { x: 5 }, { x: 4 });
      replica.remove("a");
      await settled();
      adopted();
      replica.restore("a");
      replica.update("a", { x: 6 }, { x: 5 });
      await settled();
      expect(mine()).toMatchObject([{ type: "restore_record", id: "a" }, EDITED]);
    });
  });

  test("a disk that refuses is told, and edits go on in memory", async () => {
    const storage = new MemoryStorage("tab");
    storage.write = () => Promise.reject(new Error("quota exceeded"));
    const { replica, wire } = await joinedBench([A], storage);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    expect(replica.status()).toMatchObject({
      durable: false,
      problem: { message: expect.stringContaining("quota exceeded") as string },
    });
    expect(wire.mutations().mutations).toMatchObject([{ fields: { x: 5 } }]);
  });
});

describe("R10: one batch in flight, again under the same ids", () => {
  test("R10: never more than limits.batch, never two batches at once", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    for (let i = 0; i < 5; i++) replica.add({ x: i });
    await settled();
    const { sent, mutations } = wire.mutations();
    expect(mutations).toHaveLength(3);
    expect(wire.sent).toEqual([]);
    await sent.answer({ results: mutations.map((mutation, i) => applied(mutation, 3 + i)) });
    expect(wire.mutations().mutations).toHaveLength(2);
  });

  test("R10: never more than limits.bytes; what alone is larger is not sent", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.add({ x: "ä".repeat(1_000) });
    replica.add({ x: "ä".repeat(1_000) });
    replica.add({ x: "ä".repeat(2_000) });
    await settled();
    for (const revision of [3, 4]) {
      const { sent, mutations } = wire.mutations();
      expect(mutations).toHaveLength(1);
      await sent.answer({ results: [applied(mutations[0], revision)] });
    }
    expect(wire.sent).toEqual([]);
    expect(replica.status().kept).toMatchObject([{ status: "not_saved", error: { code: "too_large" } }]);
  });

  test.each([
    ["a time-out", (sent: { fail(error: Error): Promise<void> }) => sent.fail(new RequestTimeout("mutate"))],
    ["busy", (sent: { refuse(error: object): Promise<void> }) => sent.refuse({ code: "busy" })],
    [
      "rate_limited",
      (sent: { refuse(error: object): Promise<void> }) => sent.refuse({ code: "rate_limited" }),
    ],
  ] as const)("R10: after %s the same go again first, and nothing overtakes them", async (_, fail) => {
    const { replica, wire, time } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = wire.mutations();
    replica.update("b", { x: 6 }, { x: 2 });
    await settled();
    await (fail as (sent: typeof first.sent) => Promise<void>)(first.sent);
    expect(wire.sent).toEqual([]);
    await pass(time, 60_000);
    const again = wire.mutations();
    expect(again.mutations).toEqual(first.mutations);
    await again.sent.answer({ results: [applied(again.mutations[0], 3)] });
    expect(wire.mutations().mutations).toMatchObject([{ id: "b" }]);
  });

  test("R10: after a lost connection the same go again as soon as it is joined", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = wire.mutations();
    await wire.setLive(false);
    await wire.setLive(true);
    await wire
      .take("join_grid")
      .answer(joined([A, B], { mode: "delta", page: page([], { mode: "delta", from: 2, to: 2 }) }));
    expect(wire.mutations().mutations).toEqual(first.mutations);
  });

  test("R10: what was sent is not folded: its content never changes", async () => {
    const { replica, wire, time } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = wire.mutations();
    await first.sent.fail(new RequestTimeout("mutate"));
    replica.update("a", { x: 6 }, { x: 5 });
    await pass(time, 60_000);
    expect(wire.mutations().mutations).toEqual(first.mutations);
  });

  test.each(["too_large", "invalid_message", "internal"] as const)(
    "R10: a batch answered %s goes again one by one",
    async (code) => {
      const { replica, wire } = await joinedBench([A, B]);
      replica.update("a", { x: 5 }, { x: 1 });
      replica.update("b", { x: 6 }, { x: 2 });
      await settled();
      await wire.mutations().sent.refuse({ code });
      const first = wire.mutations();
      expect(first.mutations).toMatchObject([{ id: "a" }]);
      await first.sent.refuse({ code, message: "No." });
      expect(replica.status().kept).toMatchObject([
        { recordId: "a", status: "not_saved", error: { message: "No." } },
      ]);
      const second = wire.mutations();
      expect(second.mutations).toMatchObject([{ id: "b" }]);
      await second.sent.answer({ results: [applied(second.mutations[0], 3)] });
      expect(replica.status().unsent).toBe(0);
    },
  );

  test.each(["unauthorized", "forbidden", "unsupported_protocol", "not_found"] as const)(
    "R10: %s decides nothing: it is kept, and goes again in another session",
    async (code) => {
      const { replica, wire, time } = await joinedBench([A, B]);
      replica.update("a", { x: 5 }, { x: 1 });
      await settled();
      const first = wire.mutations();
      await first.sent.refuse({ code, message: "Not now.", retry: false });
      await pass(time, 600_000);
      expect(wire.sent).toEqual([]);
      expect(replica.status()).toMatchObject({ unsent: 1, kept: [], problem: { message: "Not now." } });
      await wire.setLive(false);
      await wire.setLive(true);
      await wire.take("join_grid").answer(joined([A, B]));
      expect(wire.mutations().mutations).toEqual(first.mutations);
    },
  );

  test("R10: what failed three times is not saved, and holds nobody", async () => {
    const { replica, wire, time } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    for (let i = 0; i < 3; i++) {
      const { sent, mutations } = wire.mutations();
      await sent.answer({
        results: [
          result(mutations[0], {
            status: "failed",
            error: { code: "internal", message: "Oh.", retry: true },
          }),
        ],
      });
      await pass(time, 60_000);
    }
    const [kept] = replica.status().kept;
    expect(kept).toMatchObject({ status: "not_saved", error: { message: "Oh." } });
    expect(replica.get("a")).toMatchObject({
      fields: { x: 1 },
      state: "attention",
      refused: { x: { value: 5 } },
    });
    expect(replica.retry(kept!.mutationId)).toBe(kept!.mutationId);
    await settled();
    expect(wire.mutations().mutations).toMatchObject([{ mutation_id: kept!.mutationId }]);
  });

  test("R3: what was first sent 90 days ago does not go again by itself", async () => {
    const disk = new MemoryDisk();
    const first = await joinedBench([A], new MemoryStorage("tab1", disk));
    first.replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const { mutation_id } = first.wire.mutations().mutations[0]!;
    first.replica.stop();
    const late = await bench(new MemoryStorage("tab2", disk));
    await pass(late.time, 91 * DAY);
    await late.wire.setLive(true);
    await late.wire.take("join_grid").answer(joined([A]));
    expect(late.wire.sent).toEqual([]);
    expect(late.replica.status().kept).toMatchObject([{ mutationId: mutation_id, status: "not_saved" }]);
    expect(late.replica.retry(mutation_id)).not.toBe(mutation_id);
  });
});

describe("R7: an overlay ends when the copy holds the change", () => {
  /** An update that the first epoch acknowledged, on its way again in the second one. */
  async function askedAgainInE2() {
    const disk = new MemoryDisk();
    const made = await joinedBench([A, B], new MemoryStorage("tab", disk));
    made.replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = made.wire.mutations();
    await first.sent.answer({ results: [applied(first.mutations[0], 3)] });
    await made.wire.announce("head", head([A], { epoch: "e2", revision: 9 }));
    await made.wire.take("pull").answer(page([A, ["b", 9, {}]], { epoch: "e2" }));
    return { ...made, disk };
  }

  test("R7: an ack writes nothing; the change does, and only then is the outbox empty", async () => {
    const disk = new MemoryDisk();
    const { replica, wire } = await joinedBench([A, B], new MemoryStorage("tab", disk));
    replica.update("a", { x: " 5 " }, { x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    await sent.answer({ results: [applied(mutations[0], 3, { x: "5" })] });
    expect(replica.get("a")).toMatchObject({ version: 1, fields: { x: "5", y: 1 }, state: "saved" });
    expect(disk.entries.size).toBe(1);
    await wire.announce("changes", range(2, [change(3, "a", { x: "5" })]));
    expect(replica.get("a")).toMatchObject({ version: 3, fields: { x: "5", y: 1 } });
    expect(disk.entries.size).toBe(0);
  });

  test("R7: in another epoch it counts as unanswered and goes again, under its id", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const first = wire.mutations();
    await first.sent.answer({ results: [applied(first.mutations[0], 3)] });
    await wire.announce("head", head([A], { epoch: "e2", revision: 9 }));
    await wire.take("pull").answer(page([A, ["b", 9, {}]], { epoch: "e2" }));
    expect(replica.get("a")?.fields).toMatchObject({ x: 5 });
    const again = wire.mutations();
    expect(again.mutations).toEqual(first.mutations);
    await again.sent.answer({ results: [{ ...applied(again.mutations[0], 9), epoch: "e2" }] });
    expect(replica.get("a")?.fields).toMatchObject({ x: 1 }); // of e2:9, complete: that it is not there is the server's word
  });

  test("R7: a read that left before the result came says nothing of the result's epoch", async () => {
    const { replica, wire, disk } = await askedAgainInE2();
    const again = wire.mutations();
    await wire.announce("head", head([A], { epoch: "e2", revision: 10 }));
    const late = wire.take("pull"); // served before the epoch changed, answered after it
    await again.sent.answer({ results: [{ ...applied(again.mutations[0], 9), epoch: "e3" }] });
    await late.answer(page([["c", 10, {}]], { mode: "delta", epoch: "e2", from: 9 }));
    expect(replica.get("a")).toMatchObject({ fields: { x: 5 }, state: "saved" });
    expect(disk.entries.size).toBe(1);
    await wire.take("pull").answer(page([["a", 9, { x: 5, y: 1 }]], { epoch: "e3" }));
    expect(replica.get("a")).toMatchObject({ version: 9, fields: { x: 5 }, state: "saved" });
    expect(disk.entries.size).toBe(0);
    expect(wire.sent).toEqual([]);
  });

  test("R7: an outcome of an older epoch, repeated, is the last word once a later read names the copy's", async () => {
    const { replica, wire, disk } = await askedAgainInE2();
    const again = wire.mutations();
    await again.sent.answer({ results: [applied(again.mutations[0], 3)] });
    expect(disk.entries.size).toBe(1);
    await wire.take("pull").answer(page([], { mode: "delta", epoch: "e2", from: 9, to: 9 }));
    expect(replica.get("a")).toMatchObject({ fields: { x: 1 }, state: "saved" });
    expect(disk.entries.size).toBe(0);
    expect(wire.sent).toEqual([]);
  });

  test("R7: a noop ends at the record's version", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    await sent.answer({ results: [result(mutations[0], { status: "noop", revision: 3 })] });
    expect(replica.get("a")?.fields.x).toBe(5);
    await wire.announce("changes", range(2, [change(3, "a", { x: 5 })]));
    expect(replica.get("a")).toMatchObject({ version: 3, fields: { x: 5 }, state: "saved" });
  });
});

describe("R8: what is not taken is kept beside what is stored", () => {
  const THEIRS = { value: 9, revision: 3, author: { id: "u", name: "Uma" }, at: "2026-01-01T00:00:00Z" };

  async function inConflict(disk = new MemoryDisk()) {
    const made = await joinedBench([A, B], new MemoryStorage("tab", disk));
    made.replica.update("a", { x: 5 }, { x: 1 });
    await settled();
    const { sent, mutations } = made.wire.mutations();
    await made.wire.announce("changes", range(2, [change(3, "a", { x: 9 })]));
    const error = { code: "conflict", message: "Others were first.", retry: false } as const;
    await sent.answer({
      results: [result(mutations[0], { status: "conflict", error, conflicts: { x: THEIRS } })],
    });
    return { ...made, disk, id: mutations[0]!.mutation_id };
  }

  test("R8: a conflict shows theirs and keeps mine, over a reload too", async () => {
    const { replica, disk, id } = await inConflict();
    expect(replica.get("a")).toMatchObject({
      fields: { x: 9 },
      state: "attention",
      refused: { x: { value: 5, mutationId: id, conflict: THEIRS } },
    });
    expect(replica.status()).toMatchObject({
      unsent: 0,
      kept: [{ mutationId: id, status: "conflict", conflicts: { x: THEIRS } }],
    });
    const again = await bench(new MemoryStorage("tab2", disk));
    expect(again.replica.status().kept).toMatchObject([{ mutationId: id, fields: { x: 5 } }]);
  });

  test("R8: retry asks again over what is stored now, under a new id", async () => {
    const { replica, wire, disk, id } = await inConflict();
    const next = replica.retry(id);
    expect(next).not.toBe(id);
    await settled();
    expect(wire.mutations().mutations).toMatchObject([
      { mutation_id: next, fields: { x: 5 }, was: { x: 9 } },
    ]);
    expect([...disk.entries.values()].map((entry) => entry.mutation.mutation_id)).toEqual([next]);
  });

  test("R8: settle discards mine", async () => {
    const { replica, disk, id } = await inConflict();
    replica.settle(id);
    await settled();
    expect(replica.get("a")).toMatchObject({ fields: { x: 9 }, state: "saved", refused: {} });
    expect(disk.entries.size).toBe(0);
  });

  test("R8: a new edit of the field takes the place of the kept value", async () => {
    const { replica, disk, id } = await inConflict();
    const next = replica.update("a", { x: 7 }, { x: 9 });
    await settled();
    expect(replica.status().kept).toEqual([]);
    expect([...disk.entries.values()].map((entry) => entry.mutation.mutation_id)).toEqual([next]);
    expect(next).not.toBe(id);
  });

  test("R11: a refusal names the field and keeps the value", async () => {
    const { replica, wire } = await joinedBench([A, B]);
    replica.update("a", { x: -1 }, { x: 1 });
    await settled();
    const { sent, mutations } = wire.mutations();
    const error = {
      code: "validation_failed",
      message: "Not valid.",
      retry: false,
      fields: { x: ["Must be positive."] },
    } as const;
    await sent.answer({ results: [result(mutations[0], { status: "refused", error })] });
    expect(replica.get("a")).toMatchObject({ fields: { x: 1 }, refused: { x: { value: -1, error } } });
  });
});

test("an edit beyond the wire's limits is not accepted", async () => {
  const { replica } = await joinedBench([A, B]);
  expect(() => replica.update("a", { x: "a\0b", y: 2 ** 60 }, {})).toThrow(InvalidValue);
  expect(() => replica.add({ x: Number.NaN })).toThrow(InvalidValue);
  expect(replica.status().unsent).toBe(0);
});

test("R7: a page of the epoch before, asked for before a result of another came, sends nothing again", async () => {
  const { replica, wire } = await joinedBench([A, B]);
  replica.update("a", { x: 5 }, { x: 1 });
  await settled();
  const { sent, mutations } = wire.mutations();
  await wire.announce("head", head([A, B, ["c", 3, {}]]));
  const pull = wire.take("pull");
  await sent.answer({
    results: [result(mutations[0], { epoch: "e2", revision: 5, fields: { x: 5 } })],
  });
  await pull.answer(page([["c", 3, {}]], { mode: "delta", from: 2 }));
  wire.take("pull"); // which of the epochs is true
  expect(wire.sent).toEqual([]);
  expect(replica.get("a")?.fields).toEqual({ x: 5, y: 1 });
});
