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
