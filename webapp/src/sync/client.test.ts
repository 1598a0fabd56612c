import { expect, test } from "vitest";
import { Client } from "./client.ts";
import type { Connection } from "./connection.ts";
import { MemoryDisk, MemoryStorage } from "./memory.ts";
import { settled, Timeline } from "./simulation/timeline.ts";
import { applied, change, GRID, joined, pass, range, result, ScriptedWire } from "./testkit.ts";

test("a grid nobody looks at any more is left when its edits are sent", async () => {
  const wire = new ScriptedWire();
  const time = new Timeline(1);
  const client = new Client({
    connection: wire as unknown as Connection,
    storage: new MemoryStorage(),
    clock: time,
  });
  await wire.setLive(true);
  const release = client.retain(GRID);
  await wire.take("join_grid").answer(joined([["a", 1, { x: 1 }]]));
  client.replica(GRID).update("a", { x: 2 }, { x: 1 });
  release();
  await pass(time, 10_000);
  const { sent, mutations } = wire.mutations();
  expect(wire.sent).toEqual([]);
  await sent.answer({ results: [applied(mutations[0], 2)] });
  wire.take("leave_grid");
});

test("panes share one replica, joined while at least one retains it", async () => {
  const wire = new ScriptedWire();
  const time = new Timeline(1);
  const client = new Client({
    connection: wire as unknown as Connection,
    storage: new MemoryStorage(),
    clock: time,
  });
  await wire.setLive(true);
  expect(client.replica(GRID)).toBe(client.replica(GRID));
  expect(wire.sent).toEqual([]);

  const left = client.retain(GRID);
  const right = client.retain(GRID);
  await wire.take("join_grid").answer(joined([["a", 1, {}]]));
  left();
  await pass(time, 10_000);
  expect(wire.sent).toEqual([]);

  right();
  const again = client.retain(GRID); // StrictMode mounts twice
  await pass(time, 10_000);
  expect(wire.sent).toEqual([]);

  again();
  await pass(time, 10_000);
  wire.take("leave_grid");
});

test("R10: what an earlier tab left in a grid that nobody looks at is sent, and the grid left", async () => {
  const wire = new ScriptedWire();
  const time = new Timeline(1);
  const storage = new MemoryStorage();
  await storage.write(
    [
      {
        owner: "gone",
        grid: GRID,
        mutation: { type: "update_record", mutation_id: "m", id: "a", fields: { x: 2 }, was: { x: 1 } },
      },
    ],
    [],
  );
  const client = new Client({ connection: wire as unknown as Connection, storage, clock: time });
  await wire.setLive(true);
  void client.resume();
  await pass(time, 0);
  await wire.take("join_grid").answer(joined([["a", 1, { x: 1 }]]));
  const { sent, mutations } = wire.mutations();
  expect(mutations).toMatchObject([{ mutation_id: "m", fields: { x: 2 } }]);
  await sent.answer({ results: [applied(mutations[0], 2)] });
  await pass(time, 10_000);
  wire.take("leave_grid");
});

test("R10: what is taken over later from a tab that is gone is sent too, in a grid that nobody looks at", async () => {
  const wire = new ScriptedWire();
  const time = new Timeline(1);
  const disk = new MemoryDisk();
  let isGone = false;
  const moved = new Set<() => void>();
  const storage = new MemoryStorage("tab", disk, () => isGone);
  storage.onMoved = (fn?: () => void) => {
    moved.add(fn!);
    return () => {};
  };
  const mutation = { type: "update_record", mutation_id: "m", id: "a", fields: { x: 2 } } as const;
  await new MemoryStorage("gone", disk).write([{ owner: "gone", grid: GRID, mutation }], []);
  const client = new Client({ connection: wire as unknown as Connection, storage, clock: time });
  await wire.setLive(true);
  expect(client.all()).toEqual([]);
  isGone = true;
  for (const tell of moved) tell();
  await pass(time, 0);
  await wire.take("join_grid").answer(joined([["a", 1, { x: 1 }]]));
  const { sent, mutations } = wire.mutations();
  expect(mutations).toMatchObject([{ mutation_id: "m", fields: { x: 2 } }]);
  await sent.answer({ results: [applied(mutations[0], 2)] });
  await pass(time, 10_000);
  wire.take("leave_grid");
});

test("R10: what waits for the user is told after a reload, and opens no grid by itself", async () => {
  const wire = new ScriptedWire();
  const storage = new MemoryStorage();
  const client = new Client({ connection: wire as unknown as Connection, storage, clock: new Timeline(1) });
  await wire.setLive(true);
  const error = { code: "conflict", message: "", retry: false } as const;
  const mutation = { type: "delete_record", mutation_id: "m", id: "a" } as const;
  await storage.write(
    [{ owner: "gone", grid: GRID, mutation, kept: { status: "conflict", error, renew: true } }],
    [],
  );
  expect(await storage.grids()).toEqual({ unsent: [], kept: [GRID] });
  await client.resume();
  expect(client.all().map((replica) => replica.status().kept)).toMatchObject([[{ mutationId: "m" }]]);
  expect(wire.sent).toEqual([]);
});

test("what is not confirmed or not taken is text that can be kept, of all grids and in order", async () => {
  const wire = new ScriptedWire();
  const time = new Timeline(1);
  const storage = new MemoryStorage();
  const client = new Client({ connection: wire as unknown as Connection, storage, clock: time });
  expect([client.unsentCount(), client.unsentText()]).toEqual([0, ""]);
  await wire.setLive(true);
  client.retain(GRID);
  await wire.take("join_grid").answer(joined([["a", 1, { x: 1 }]]));
  const replica = client.replica(GRID);
  replica.update("a", { x: "two\nlines" }, { x: 1 });
  replica.update("a", { y: 2 }, {});
  await pass(time, 0);
  const first = wire.mutations();
  const error = { code: "validation_failed", message: "Too long.", retry: false } as const;
  await first.sent.answer({
    results: [
      result(first.mutations[0], { status: "refused", error }),
      applied(first.mutations[1], 2), // confirmed, though the replica does not hold it yet
    ],
  });
  replica.remove("a");
  const added = client.replica("other").add({ name: "Zoë", tags: ["a", "b"] });
  expect(client.unsentCount()).toBe(3);
  const [heading, ...lines] = client.unsentText().trimEnd().split("\n");
  expect(heading).toMatch(/3 edits/);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      grid: GRID,
      record: "a",
      kind: "update",
      fields: { x: "two\nlines" },
      status: "refused",
      why: "Too long.",
    },
    { grid: GRID, record: "a", kind: "delete", fields: {}, status: "not sent" },
    {
      grid: "other",
      record: added,
      kind: "add",
      fields: { name: "Zoë", tags: ["a", "b"] },
      status: "not sent",
    },
  ]);
  await wire.announce(
    "changes",
    range(1, [change(2, "a", { y: 2 }, "update", first.mutations[1]!.mutation_id)]),
  );
  await pass(time, 0);
  wire.mutations();
  expect(client.unsentText()).toContain('"status":"sent, not answered"');
});

test("tells of each replica that is made, those too that nobody looks at", async () => {
  const connection = new ScriptedWire() as unknown as Connection;
  const client = new Client({ connection, storage: new MemoryStorage() });
  const first = client.replica(GRID);
  await settled();
  let told = 0;
  client.onReplica(() => (told += 1));
  const other = client.replica("other");
  expect(client.replica("other")).toBe(other);
  expect(told).toBe(0); // React may be rendering
  await settled();
  expect(told).toBe(1);
  expect(client.all()).toEqual([first, other]);
  expect(client.all()).toBe(client.all());
});
