import type { Author, Json } from "../../protocol.ts";
import type { Replica } from "../replica.ts";
import { uuid7 } from "../uuid.ts";
import { GRID } from "./serverModel.ts";
import type { Simulation } from "./simulation.ts";

/** Something that happens; a schedule is a list of them. */
export interface Step {
  run(simulation: Simulation): Promise<void> | void;
  /** As it is written: what a failure prints can be kept as it stands. */
  toString(): string;
}

const OTHER: Author = { id: "other", name: "another program" };

function kind<A extends readonly Json[]>(
  name: string,
  run: (sim: Simulation, ...args: A) => Promise<void> | void,
): (...args: A) => Step {
  return (...args) => ({
    run: (sim) => run(sim, ...args),
    toString: () => `${name}(${args.map((arg) => JSON.stringify(arg)).join(", ")})`,
  });
}

/** One of the shown records. */
function record(replica: Replica, pick: number): string | undefined {
  return replica.ids()[pick % Math.max(1, replica.count)];
}

/** What the tab's user sees is what `was` says. */
function edit(replica: Replica, pick: number, patch: Record<string, Json>): void {
  const id = record(replica, pick);
  const view = id === undefined ? undefined : replica.get(id);
  if (view !== undefined) replica.update(view.id, patch, view.fields);
}

// ---- what users do

export const add = kind("add", (sim, tab: number, a: Json) => void sim.tab(tab).replica.add({ a }));

export const update = kind("update", (sim, tab: number, pick: number, field: string, value: Json) =>
  edit(sim.tab(tab).replica, pick, { [field]: value }),
);

export const updateBoth = kind("updateBoth", (sim, tab: number, pick: number, a: Json, b: Json) =>
  edit(sim.tab(tab).replica, pick, { a, b }),
);

export const remove = kind("remove", (sim, tab: number, pick: number) => {
  const { replica } = sim.tab(tab);
  const id = record(replica, pick);
  if (id !== undefined) replica.remove(id);
});

export const restore = kind("restore", (sim, tab: number, pick: number) => {
  const gone = [...sim.server.deleted()];
  const id = gone[pick % Math.max(1, gone.length)];
  if (id !== undefined) sim.tab(tab).replica.restore(id);
});

/** The wait is what it takes for the delete to be anywhere between this tab and the others. */
export const removeAndRestore = kind(
  "removeAndRestore",
  async (sim, tab: number, pick: number, ms: number) => {
    const { replica } = sim.tab(tab);
    const id = record(replica, pick);
    if (id === undefined) return;
    replica.remove(id);
    await sim.pass(ms);
    replica.restore(id);
  },
);

export const undo = kind("undo", (sim, tab: number, times: number) => {
  for (let i = 0; i < times; i++) sim.tab(tab).replica.history.undo();
});

export const redo = kind("redo", (sim, tab: number, times: number) => {
  for (let i = 0; i < times; i++) sim.tab(tab).replica.history.redo();
});

export const retry = kind("retry", (sim, tab: number) => {
  const { replica } = sim.tab(tab);
  const [kept] = replica.status().kept;
  if (kept !== undefined) replica.retry(kept.mutationId, "a" in kept.fields ? { a: "good" } : {});
});

export const settle = kind("settle", (sim, tab: number) => {
  const { replica } = sim.tab(tab);
  const [kept] = replica.status().kept;
  if (kept !== undefined) replica.settle(kept.mutationId);
});

export const byOthers = kind("byOthers", (sim, pick: number, records: number) => {
  const ids = [...sim.server.live().keys()];
  for (let i = 0; i < records; i++) {
    const old = ids[(pick + i) % Math.max(1, ids.length)];
    const ids7 = { mutation_id: uuid7(), id: old ?? uuid7() };
    const fields = { a: `o${sim.time.between(0, 9)}` };
    if (old === undefined || i % 3 === 2)
      sim.server.mutate([{ type: "add_record", ...ids7, id: uuid7(), fields }], OTHER);
    else if ((pick + i) % 5 === 0) sim.server.mutate([{ type: "delete_record", ...ids7 }], OTHER);
    else sim.server.mutate([{ type: "update_record", ...ids7, fields }], OTHER);
  }
});

// ---- what befalls them

export const wait = kind("wait", (sim, ms: number) => sim.pass(ms));
export const drop = kind("drop", (sim, tab: number) => sim.tab(tab).wire.drop());
export const reload = kind("reload", (sim, tab: number) => sim.reload(tab));
export const powerCut = kind("powerCut", (sim, tab: number, writesLost: number) =>
  sim.cutPower(tab, (copies) => copies.loseLatest(GRID, writesLost + 1)),
);
export const damage = kind("damage", (sim, tab: number, pick: number) =>
  sim.cutPower(tab, (copies) => copies.damage(GRID, (line) => line.version % 3 === pick % 3)),
);
export const restart = kind("restart", (sim, ms: number) => sim.weather.restart(ms));
export const prune = kind("prune", (sim) => sim.server.prune());
export const backup = kind("backup", (sim) => sim.server.saveBackup());
export const restoreBackup = kind("restoreBackup", (sim) => sim.server.restoreBackup());
export const redefine = kind("redefine", ({ server, weather }) => {
  server.definition += 1;
  weather.tell("grid_changed", { grid: server.head().grid, definition: server.definition });
});
