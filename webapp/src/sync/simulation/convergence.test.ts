import fc from "fast-check";
import { beforeEach, test, vi } from "vitest";
import { REGRESSIONS } from "./regressions.ts";
import { schedule } from "./schedule.ts";
import { Simulation } from "./simulation.ts";
import type { Step } from "./steps.ts";

/**
 * A failure prints `seed` and `path`; run it again with
 * `TANDEM_SEED=… TANDEM_PATH=… npm test -- convergence`, more of them with `TANDEM_RUNS=5000`. Its counterexample,
 * the simulation's seed and the steps, goes to `regressions.ts` as it is printed.
 */
const { TANDEM_SEED, TANDEM_PATH, TANDEM_RUNS } = process.env;
const parameters = {
  numRuns: Number(TANDEM_RUNS ?? 300),
  ...(TANDEM_SEED && { seed: Number(TANDEM_SEED) }),
  ...(TANDEM_PATH && { path: TANDEM_PATH }),
};

async function live(seed: number, steps: readonly Step[]): Promise<void> {
  const simulation = new Simulation(seed);
  for (const step of steps) {
    await step.run(simulation);
    await simulation.pass(1);
  }
  await simulation.comeToRest();
}

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined); // what a repair says; any repair fails the run
});

for (const { name, seed, steps } of REGRESSIONS) test(name, () => live(seed, steps));

test(
  "R3-R10, R13: whatever the network does, all replicas end equal and every mutation is explained",
  { timeout: 600_000 },
  () => fc.assert(fc.asyncProperty(fc.integer(), schedule, live), parameters),
);
