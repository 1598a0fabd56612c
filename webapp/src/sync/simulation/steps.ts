import type { Author, ErrorCode, Json, Mutation } from "../../protocol.ts";
import type { Replica } from "../replica.ts";
import { uuid7 } from "../uuid.ts";
import { GRID } from "./serverModel.ts";
import type { Point } from "./servers.ts";
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

export const add = kind("add", (sim, tab: number, a: Json) => void sim.use(tab).replica.add({ a }));

export const update = kind("update", (sim, tab: number, pick: number, field: string, value: Json) =>
  edit(sim.use(tab).replica, pick, { [field]: value }),
);

export const updateBoth = kind("updateBoth", (sim, tab: number, pick: number, a: Json, b: Json) =>
  edit(sim.use(tab).replica, pick, { a, b }),
);

export const remove = kind("remove", (sim, tab: number, pick: number) => {
  const { replica } = sim.use(tab);
  const id = record(replica, pick);
  if (id !== undefined) replica.remove(id);
});

export const restore = kind("restore", (sim, tab: number, pick: number) => {
  const gone = [...sim.server.deleted()];
  const id = gone[pick % Math.max(1, gone.length)];
  if (id !== undefined) sim.use(tab).replica.restore(id);
});

/** The wait is what it takes for the delete to be anywhere between this tab and the others. */
export const removeAndRestore = kind(
  "removeAndRestore",
  async (sim, tab: number, pick: number, ms: number) => {
    const { replica } = sim.use(tab);
    const id = record(replica, pick);
    if (id === undefined) return;
    replica.remove(id);
    await sim.pass(ms);
    replica.restore(id);
  },
);

export const undo = kind("undo", (sim, tab: number, times: number) => {
  for (let i = 0; i < times; i++) sim.use(tab).replica.history.undo();
});

export const redo = kind("redo", (sim, tab: number, times: number) => {
  for (let i = 0; i < times; i++) sim.use(tab).replica.history.redo();
});

export const retry = kind("retry", (sim, tab: number) => {
  const { replica } = sim.use(tab);
  const [kept] = replica.status().kept;
  if (kept !== undefined) replica.retry(kept.mutationId, "a" in kept.fields ? { a: "good" } : {});
});

export const settle = kind("settle", (sim, tab: number) => {
  const { replica } = sim.use(tab);
  const [kept] = replica.status().kept;
  if (kept !== undefined) replica.settle(kept.mutationId);
});

export const byOthers = kind("byOthers", (sim, pick: number, records: number) => {
  const ids = [...sim.server.live().keys()];
  const { server } = sim;
  for (let i = 0; i < records; i++) {
    const old = ids[(pick + i) % Math.max(1, ids.length)];
    const ids7 = { mutation_id: uuid7(), id: old ?? uuid7() };
    const fields = { a: `o${sim.time.between(0, 9)}` };
    const mutate = (mutation: Mutation): void => void server.mutate([mutation], OTHER);
    if (old === undefined || i % 3 === 2) mutate({ type: "add_record", ...ids7, id: uuid7(), fields });
    else if ((pick + i) % 5 === 0) mutate({ type: "delete_record", ...ids7 });
    else mutate({ type: "update_record", ...ids7, fields });
  }
});

// ---- what befalls them

export const wait = kind("wait", (sim, ms: number) => sim.pass(ms));
export const drop = kind("drop", (sim, tab: number) => sim.tab(tab).wire.drop());
/** For the server: its client reads nothing for so long (R12). */
export const slow = kind("slow", (sim, tab: number, ms: number) => sim.tab(tab).wire.block(ms));
export const reload = kind("reload", (sim, tab: number) => sim.reload(tab, true));
export const crash = kind("crash", (sim, tab: number) => sim.reload(tab, false));
/** Until somebody uses it, or it is left alone for so long. */
export const freeze = kind("freeze", (sim, tab: number, ms: number) => {
  const frozen = sim.tab(tab);
  frozen.freeze();
  sim.time.after(ms, () => frozen.time.thaw());
});
export const powerCut = kind("powerCut", (sim, tab: number, writesLost: number) =>
  sim.cutPower(tab, (copies) => copies.loseLatest(GRID, writesLost + 1)),
);
export const damage = kind("damage", (sim, tab: number, pick: number) =>
  sim.cutPower(tab, (copies) => copies.damage(GRID, (line) => line.version % 3 === pick % 3)),
);
export const restart = kind("restart", (sim, ms: number) => sim.weather.restart(ms));
/**
 * A tab falls asleep over what it has not sent, and its user wakes it so long after and goes on at once with the same
 * record: before it can hear that another tab has adopted what it had.
 */
export const doze = kind(
  "doze",
  async (sim, tab: number, pick: number, value: Json, ms: number, then: "edit" | "undo" | "remove") => {
    const { replica, wire } = sim.use(tab);
    wire.drop();
    if (pick % 4 === 0) replica.add({ a: value });
    else edit(replica, pick, { a: value });
    await sim.pass(100); // the disk takes it
    sim.tab(tab).freeze();
    await sim.pass(ms);
    const again = sim.use(tab).replica;
    if (then === "undo") return void again.history.undo();
    const id = record(again, pick % 4 === 0 ? again.count - 1 : pick);
    if (id === undefined) return;
    if (then === "remove") return void again.remove(id);
    const word = `woken ${sim.time.now()}`;
    edit(again, again.ids().indexOf(id), { a: word });
    await sim.pass(20_000); // the disk takes it, however busy
    sim.checkWritten(word);
  },
);
export const kill = kind("kill", (sim, server: number, before: Point, ms: number) => {
  sim.weather.servers[server % sim.weather.servers.length]!.doom = { before, ms };
});
export const deny = kind("deny", (sim, code: ErrorCode, ms: number) => sim.weather.deny(code, ms));
export const prune = kind("prune", (sim) => sim.server.prune());
export const backup = kind("backup", (sim) => sim.server.saveBackup());
export const restoreBackup = kind("restoreBackup", (sim) => sim.server.restoreBackup());
export const redefine = kind("redefine", ({ server }) => {
  server.definition += 1;
  server.announce();
});
