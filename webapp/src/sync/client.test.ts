import { expect, test } from "vitest";
import { Client } from "./client.ts";
import type { Connection } from "./connection.ts";
import { MemoryStorage } from "./simulation/memory.ts";
import { Timeline } from "./simulation/timeline.ts";
import { applied, GRID, joined, pass, ScriptedWire } from "./testkit.ts";

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

test("what is kept for the user does not open a grid by itself", async () => {
  const storage = new MemoryStorage();
  const error = { code: "conflict", message: "", retry: false } as const;
  const mutation = { type: "delete_record", mutation_id: "m", id: "a" } as const;
  await storage.write(
    [{ owner: "gone", grid: GRID, mutation, kept: { status: "conflict", error, renew: true } }],
    [],
  );
  expect(await storage.unsent()).toEqual([]);
});
