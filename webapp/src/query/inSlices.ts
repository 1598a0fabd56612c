import { byCode } from "../fields/compare.ts";

type Compare<T> = (a: T, b: T) => number;

/** Work that may be left off wherever it yields, and taken up again. */
export type Steps<T = void> = Generator<void, T>;

/** The whole of it at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Sorts, `slice` items at a time, and merges; of equal items the first stays the first. At once with a slice that holds
 * all: then it is no more than the engine's own sort.
 */
export function* sortInSlices<T>(
  items: readonly T[],
  compare: Compare<T>,
  slice: number,
): Steps<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += slice) {
    const run = items.slice(at, at + slice);
    // Texts by character: the same order, much faster.
    runs.push(compare === byCode ? ((run as string[]).sort() as T[]) : run.sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(yield* merge(runs[at] ?? [], runs[at + 1] ?? [], compare)); // prettier-ignore
    runs = merged;
  }
  return runs[0] ?? [];
}

/** How many items are merged before it may be left off: each is some comparisons. */
const MERGED = 256;

function* merge<T>(a: readonly T[], b: readonly T[], compare: Compare<T>): Steps<readonly T[]> {
  const merged: T[] = [];
  let next = 0;
  for (const [count, item] of b.entries()) {
    if (count % MERGED === 0) yield;
    const end = next + ahead(a, next, item, compare);
    while (next < end) merged.push(a[next++] as T);
    merged.push(item);
  }
  while (next < a.length) merged.push(a[next++] as T);
  return merged;
}

/** How many from `start` on do not stand behind `item`; cheap where they are few, and where they are all. */
function ahead<T>(items: readonly T[], start: number, item: T, compare: Compare<T>): number {
  const isAhead = (count: number): boolean => compare(items[start + count] as T, item) <= 0;
  const rest = items.length - start;
  let reach = 1;
  while (reach <= rest && isAhead(reach - 1)) reach *= 2;
  return firstNot(isAhead, reach >> 1, Math.min(reach - 1, rest));
}

/** The first number from `low` on of which it is not true, or `high`: it is true up to there and not from there on. */
export function firstNot(isTrue: (of: number) => boolean, low: number, high: number): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isTrue(middle)) from = middle + 1;
    else to = middle;
  }
  return from;
}
