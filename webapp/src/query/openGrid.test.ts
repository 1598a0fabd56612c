import { expect, test } from "vitest";
import { Client } from "../sync/client.ts";
import type { Connection } from "../sync/connection.ts";
import { MemoryStorage } from "../sync/memory.ts";
import { settled, Timeline } from "../sync/simulation/timeline.ts";
import { applied, change, GRID, joined, pass, range, ScriptedWire } from "../sync/testkit.ts";
import { openGrid } from "./openGrid.ts";

async function stage() {
  const wire = Object.assign(new ScriptedWire(), { stop: () => undefined });
  const time = new Timeline(1);
  const connection = wire as unknown as Connection;
  const client = new Client({ connection, storage: new MemoryStorage(), clock: time });
  await wire.setLive(true);
  const grid = openGrid(client, GRID, { pageSize: 2 });
  const records = ["a", "b", "c"].map((id, index) => [id, index + 1, { x: index }] as const);
  const join = () => wire.take("join_grid").answer(joined(records));
  return { wire, time, client, grid, join };
}

test("it is waited for what comes", async () => {
  const { wire, grid, join } = await stage();
  const complete = grid.until(({ state }) => state === "complete");
  await join();
  expect(await complete).toMatchObject({ count: 3, records: [{ id: "a" }, { id: "b" }] });
  const changed = grid.until(({ records }) => records[0]?.fields["x"] === 7);
  await wire.announce("changes", range(3, [change(4, "a", { x: 7 })]));
  expect((await changed).records[0]).toMatchObject({ id: "a", version: 4 });
});

test("R8: an edit counts as soon as it is made, and says what was shown", async () => {
  const { wire, grid, join } = await stage();
  await join();
  grid.update("a", { x: 5 });
  const sent = grid.until(({ unsent }) => unsent === 0);
  await settled();
  const batch = wire.mutations();
  expect(batch.mutations).toMatchObject([{ id: "a", fields: { x: 5 }, was: { x: 0 } }]);
  let isSent = false;
  void sent.then(() => (isSent = true));
  await settled();
  expect(isSent).toBe(false);
  await batch.sent.answer({ results: [applied(batch.mutations[0], 4)] });
  expect(await sent).toMatchObject({ notSaved: [] });
});

test("closed it leaves the grid, once, and nobody waits for it any more", async () => {
  const { wire, time, client, grid, join } = await stage();
  await join();
  const other = openGrid(client, GRID);
  const waiting = grid.until(({ count }) => count === 0);
  grid.close();
  grid.close();
  await expect(waiting).rejects.toThrow("closed");
  await pass(time, 10_000);
  expect(wire.sent).toEqual([]);
  other.close();
  await pass(time, 10_000);
  wire.take("leave_grid");
});

test("it is closed with its client", async () => {
  const { client, grid, join } = await stage();
  await join();
  const waiting = grid.until(({ count }) => count === 0);
  await client.close();
  await expect(waiting).rejects.toThrow("closed");
});
