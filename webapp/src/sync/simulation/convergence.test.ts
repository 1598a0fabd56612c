import fc from "fast-check";
import { test, vi } from "vitest";
import { Simulation } from "./simulation.ts";
import { schedule } from "./steps.ts";

/**
 * A failure prints `seed` and `path`; run it again with
 * `TANDEM_SEED=… TANDEM_PATH=… npm test -- convergence`, more of them with `TANDEM_RUNS=5000`.
 */
const { TANDEM_SEED, TANDEM_PATH, TANDEM_RUNS } = process.env;
const parameters = {
  numRuns: Number(TANDEM_RUNS ?? 300),
  ...(TANDEM_SEED && { seed: Number(TANDEM_SEED) }),
  ...(TANDEM_PATH && { path: TANDEM_PATH }),
};

test(
  "R3-R10, R13: whatever the network does, all replicas end equal and every mutation is explained",
  { timeout: 600_000 },
  async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined); // what a repair says; any repair fails the run
    await fc.assert(
      fc.asyncProperty(fc.integer(), schedule, async (seed, steps) => {
        const simulation = new Simulation(seed);
        for (const step of steps) {
          await step.run(simulation);
          await simulation.pass(1);
        }
        await simulation.comeToRest();
      }),
      parameters,
    );
  },
);
