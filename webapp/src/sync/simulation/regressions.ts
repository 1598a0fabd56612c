import {
  add,
  byOthers,
  doze,
  kill,
  prune,
  redo,
  reload,
  removeAndRestore,
  restore,
  update,
  updateBoth,
  wait,
  type Step,
} from "./steps.ts";

interface Regression {
  readonly name: string;
  readonly seed: number;
  readonly steps: readonly Step[];
}

/**
 * Histories that failed once, as their failure printed them. What happens in one follows from its seed and from how often
 * the simulation asks for a number: where that changes, find a seed that fails again without what mended it.
 * Since prune ends the epoch before anything is gone, none of 4,000 seeds does for this one: `outbox.test.ts` holds it by hand.
 */
export const REGRESSIONS: readonly Regression[] = [
  {
    name: "R7: a page of the epoch before, read before and answered after the result, ended its overlay",
    seed: 372,
    steps: [
      wait(1394),
      removeAndRestore(0, 0, 0),
      wait(4346),
      updateBoth(0, 0, "x", "x"),
      reload(2),
      wait(5100),
      byOthers(0, 6),
      wait(4152),
      update(2, 0, "a", "x"),
      removeAndRestore(0, 7, 414),
      reload(0),
      prune(),
      removeAndRestore(1, 311, 152),
      update(0, 0, "a", "x"),
      update(2, 132, "a", "x"),
      update(2, 128, "a", "x"),
      add(1, "x"),
      updateBoth(2, 0, "x", "x"),
      wait(4322),
      prune(),
      update(0, 0, "a", "x"),
      byOthers(0, 1),
      byOthers(0, 1),
      update(0, 0, "a", "x"),
    ],
  },
  {
    name: "R10: what was written by a tab that woke was lost, as a delete of the record was ahead of it",
    seed: 2095746126,
    steps: [
      wait(2941),
      byOthers(0, 1),
      removeAndRestore(0, 7, 12),
      redo(0, 1),
      doze(0, 129, " z ", 196_962, "edit"),
      redo(0, 1),
      update(0, 0, "a", "x"),
      restore(0, 0),
    ],
  },
  {
    name: "R10: a tab that woke was told as news what it had sent once more, and another one had adopted",
    seed: 827732729,
    steps: [
      wait(60_000),
      removeAndRestore(0, 0, 33),
      doze(0, 205, "", 199_955, "edit"),
      byOthers(0, 1),
      updateBoth(0, 0, "x", "x"),
      kill(0, "validation", 10),
      byOthers(0, 1),
      wait(1),
    ],
  },
];
