import fc from "fast-check";
import type { Author, Json } from "../../protocol.ts";
import type { Replica } from "../replica.ts";
import { uuid7 } from "../uuid.ts";
import { GRID } from "./serverModel.ts";
import type { Simulation } from "./simulation.ts";

/** Something that happens; a schedule is a list of them. */
export interface Step {
  readonly name: string;
  run(simulation: Simulation): Promise<void> | void;
}

const OTHER: Author = { id: "other", name: "another program" };

const slot = fc.nat({ max: 2 });
const pick = fc.nat({ max: 1_000 });
const field = fc.constantFrom("a", "b");
const value: fc.Arbitrary<Json> = fc.constantFrom<Json>("x", "y", " z ", "", 1, 2, "bad", null);

function make(name: string, run: Step["run"]): Step {
  return { name, run, toString: () => name } as Step;
}

/** One of the shown records. */
function record(replica: Replica, pick: number): string | undefined {
  return replica.ids()[pick % Math.max(1, replica.count)];
}

/** What the tab's user sees is what `was` says. */
function edit(replica: Replica, id: string | undefined, patch: Record<string, Json>): void {
  const view = id === undefined ? undefined : replica.get(id);
  if (view !== undefined) replica.update(view.id, patch, view.fields);
}

const add = fc
  .tuple(slot, value)
  .map(([s, v]) => make(`add(tab ${s}, ${v})`, (sim) => void sim.tab(s).replica.add({ a: v })));

const update = fc.tuple(slot, pick, field, value).map(([s, p, f, v]) =>
  make(`update(tab ${s}, #${p}, ${f}=${JSON.stringify(v)})`, (sim) => {
    const { replica } = sim.tab(s);
    edit(replica, record(replica, p), { [f]: v });
  }),
);

const updateBoth = fc.tuple(slot, pick, value, value).map(([s, p, v, w]) =>
  make(`updateBoth(tab ${s}, #${p})`, (sim) => {
    const { replica } = sim.tab(s);
    edit(replica, record(replica, p), { a: v, b: w });
  }),
);

const remove = fc.tuple(slot, pick).map(([s, p]) =>
  make(`remove(tab ${s}, #${p})`, (sim) => {
    const { replica } = sim.tab(s);
    const id = record(replica, p);
    if (id !== undefined) replica.remove(id);
  }),
);

const restore = fc.tuple(slot, pick).map(([s, p]) =>
  make(`restore(tab ${s}, #${p})`, (sim) => {
    const gone = [...sim.server.deleted()];
    const id = gone[p % Math.max(1, gone.length)];
    if (id !== undefined) sim.tab(s).replica.restore(id);
  }),
);

/** The wait is what it takes for the delete to be anywhere between this tab and the others. */
const undo = fc.tuple(slot, pick, fc.nat({ max: 2_000 })).map(([s, p, ms]) =>
  make(`removeAndRestore(tab ${s}, #${p}, ${ms})`, async (sim) => {
    const { replica } = sim.tab(s);
    const id = record(replica, p);
    if (id === undefined) return;
    replica.remove(id);
    await sim.pass(ms);
    replica.restore(id);
  }),
);

const turn = fc.tuple(slot, fc.boolean(), fc.integer({ min: 1, max: 3 })).map(([s, back, n]) =>
  make(`${back ? "undo" : "redo"}(tab ${s}, ${n} times)`, (sim) => {
    const { history } = sim.tab(s).replica;
    for (let i = 0; i < n; i++) if (back) history.undo();
    else history.redo(); // prettier-ignore
  }),
);

const answerKept = fc.tuple(slot, fc.boolean()).map(([s, again]) =>
  make(`${again ? "retry" : "settle"}(tab ${s})`, (sim) => {
    const { replica } = sim.tab(s);
    const [kept] = replica.status().kept;
    if (kept === undefined) return;
    if (again) replica.retry(kept.mutationId, "a" in kept.fields ? { a: "good" } : {});
    else replica.settle(kept.mutationId);
  }),
);

const byOthers = fc.tuple(pick, fc.integer({ min: 1, max: 9 })).map(([p, n]) =>
  make(`another program writes ${n} records`, (sim) => {
    const ids = [...sim.server.live().keys()];
    for (let i = 0; i < n; i++) {
      const old = ids[(p + i) % Math.max(1, ids.length)];
      const ids7 = { mutation_id: uuid7(), id: old ?? uuid7() };
      const fields = { a: `o${sim.time.between(0, 9)}` };
      if (old === undefined || i % 3 === 2)
        sim.server.mutate([{ type: "add_record", ...ids7, id: uuid7(), fields }], OTHER);
      else if ((p + i) % 5 === 0) sim.server.mutate([{ type: "delete_record", ...ids7 }], OTHER);
      else sim.server.mutate([{ type: "update_record", ...ids7, fields }], OTHER);
    }
  }),
);

const wait = fc.integer({ min: 1, max: 6_000 }).map((ms) => make(`wait(${ms})`, (sim) => sim.pass(ms)));
const drop = slot.map((s) => make(`drop(tab ${s})`, (sim) => sim.tab(s).wire.drop()));
const reload = slot.map((s) => make(`reload(tab ${s})`, (sim) => sim.reload(s)));
const powerCut = fc
  .tuple(slot, fc.nat({ max: 6 }))
  .map(([s, writes]) =>
    make(`powerCut(tab ${s}, ${writes} writes lost)`, (sim) =>
      sim.cutPower(s, (copies) => copies.loseLatest(GRID, writes + 1)),
    ),
  );
const damage = fc
  .tuple(slot, pick)
  .map(([s, p]) =>
    make(`damage(tab ${s})`, (sim) =>
      sim.cutPower(s, (copies) => copies.damage(GRID, (line) => line.version % 3 === p % 3)),
    ),
  );
const restart = fc
  .integer({ min: 10, max: 8_000 })
  .map((ms) => make(`restart(${ms})`, (sim) => sim.weather.restart(ms)));
const prune = fc.constant(make("prune", (sim) => sim.server.prune()));
const backup = fc.constant(make("backup", (sim) => sim.server.saveBackup()));
const restoreBackup = fc.constant(make("restoreBackup", (sim) => sim.server.restoreBackup()));
const redefine = fc.constant(
  make("redefine", (sim) => {
    sim.server.definition += 1;
    sim.weather.tell("grid_changed", { grid: sim.server.head().grid, definition: sim.server.definition });
  }),
);

const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(10, update),
  weighted(3, updateBoth),
  weighted(4, add),
  weighted(3, remove),
  weighted(1, restore),
  weighted(2, undo),
  weighted(4, turn),
  weighted(2, answerKept),
  weighted(5, byOthers),
  weighted(9, wait),
  weighted(3, drop),
  weighted(2, reload),
  weighted(1, powerCut),
  weighted(1, damage),
  weighted(1, restart),
  weighted(1, prune),
  weighted(1, backup),
  weighted(1, restoreBackup),
  weighted(1, redefine),
);

export const schedule = fc.array(step, { minLength: 5, maxLength: 60, size: "max" });
