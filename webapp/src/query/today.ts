import { realClock, type Clock } from "../sync/clock.ts";
import { documentSight } from "../sync/sight.ts";

/** Tells at midnight; and when the page is looked at again, since timers sleep with the computer. */
export function subscribeToday(fn: () => void, clock: Clock = realClock): () => void {
  let stop = (): void => undefined;
  const wait = (): void => {
    const now = new Date(clock.now());
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
    stop = clock.after(midnight - now.getTime(), () => {
      wait();
      fn();
    });
  };
  wait();
  const off = documentSight.onChange(fn);
  return () => {
    stop();
    off();
  };
}
