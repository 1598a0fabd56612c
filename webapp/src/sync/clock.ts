/** Time and chance, handed in so that a simulation can own both. */
export interface Clock {
  /** milliseconds since 1970 */
  now(): number;
  /** Runs `fn` after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, fn: () => void): () => void;
  /** in [0, 1) */
  random(): number;
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Full jitter: anything up to the exponential bound, so that a thousand clients do not return at once. */
export function backoff(attempt: number, clock: Clock, base = 500, most = 20_000): number {
  return Math.round(clock.random() * Math.min(most, base * 2 ** Math.min(attempt, 16)));
}
