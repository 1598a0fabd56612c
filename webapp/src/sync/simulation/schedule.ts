import fc from "fast-check";
import type { Json } from "../../protocol.ts";
import { POINTS } from "./servers.ts";
import * as steps from "./steps.ts";

const tab = fc.nat({ max: 2 });
const pick = fc.nat({ max: 1_000 });
const field = fc.constantFrom("a", "b");
const value: fc.Arbitrary<Json> = fc.constantFrom<Json>("x", "y", " z ", "", 1, 2, "bad", null);
const times = fc.integer({ min: 1, max: 3 });
const yes = fc.boolean();

const update = fc.tuple(tab, pick, field, value).map((args) => steps.update(...args));
const updateBoth = fc.tuple(tab, pick, value, value).map((args) => steps.updateBoth(...args));
const add = fc.tuple(tab, value).map((args) => steps.add(...args));
const remove = fc.tuple(tab, pick).map((args) => steps.remove(...args));
const restore = fc.tuple(tab, pick).map((args) => steps.restore(...args));
const removeAndRestore = fc
  .tuple(tab, pick, fc.nat({ max: 2_000 }))
  .map((args) => steps.removeAndRestore(...args));
const turn = fc
  .tuple(tab, yes, times)
  .map(([tab, back, times]) => (back ? steps.undo : steps.redo)(tab, times));
const answerKept = fc.tuple(tab, yes).map(([tab, again]) => (again ? steps.retry : steps.settle)(tab));
const byOthers = fc.tuple(pick, fc.integer({ min: 1, max: 9 })).map((args) => steps.byOthers(...args));
const wait = fc.integer({ min: 1, max: 6_000 }).map((ms) => steps.wait(ms));
const sleep = fc.integer({ min: 60_000, max: 300_000 }).map((ms) => steps.wait(ms));
const drop = tab.map((tab) => steps.drop(tab));
const reload = tab.map((tab) => steps.reload(tab));
const crash = tab.map((tab) => steps.crash(tab));
const freeze = fc.tuple(tab, fc.integer({ min: 100, max: 600_000 })).map((args) => steps.freeze(...args));
const doze = fc
  .tuple(
    tab,
    pick,
    value,
    fc.integer({ min: 1_000, max: 300_000 }),
    fc.constantFrom("edit" as const, "undo" as const, "remove" as const),
  )
  .map((args) => steps.doze(...args));
const slow = fc.tuple(tab, fc.integer({ min: 500, max: 12_000 })).map((args) => steps.slow(...args));
const kill = fc
  .tuple(fc.nat({ max: 1 }), fc.constantFrom(...POINTS), fc.integer({ min: 10, max: 8_000 }))
  .map((args) => steps.kill(...args));
const deny = fc
  .tuple(
    fc.constantFrom("unauthorized" as const, "forbidden" as const, "unsupported_protocol" as const),
    fc.integer({ min: 100, max: 60_000 }),
  )
  .map((args) => steps.deny(...args));
const powerCut = fc.tuple(tab, fc.nat({ max: 6 })).map((args) => steps.powerCut(...args));
const damage = fc.tuple(tab, pick).map((args) => steps.damage(...args));
const restart = fc.integer({ min: 10, max: 8_000 }).map((ms) => steps.restart(ms));

const weighted = (weight: number, arbitrary: fc.Arbitrary<steps.Step>) => ({ weight, arbitrary });

const step: fc.Arbitrary<steps.Step> = fc.oneof(
  weighted(10, update),
  weighted(3, updateBoth),
  weighted(4, add),
  weighted(3, remove),
  weighted(1, restore),
  weighted(2, removeAndRestore),
  weighted(4, turn),
  weighted(2, answerKept),
  weighted(5, byOthers),
  weighted(9, wait),
  weighted(3, drop),
  weighted(1, slow),
  weighted(1, reload),
  weighted(1, crash),
  weighted(2, freeze),
  weighted(2, doze),
  weighted(2, kill),
  weighted(1, deny),
  weighted(1, sleep),
  weighted(1, powerCut),
  weighted(1, damage),
  weighted(1, restart),
  weighted(1, fc.constant(steps.prune())),
  weighted(1, fc.constant(steps.backup())),
  weighted(1, fc.constant(steps.restoreBackup())),
  weighted(1, fc.constant(steps.redefine())),
);

/** Any history, of 5 to 60 steps. */
export const schedule = fc.array(step, { minLength: 5, maxLength: 60, size: "max" });
