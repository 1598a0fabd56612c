import { useMemo, useSyncExternalStore } from "react";
import { compile } from "../query/compile.ts";
import { dayAt } from "../query/days.ts";
import { asksToday } from "../query/filter.ts";
import type { Query } from "../query/query.ts";
import type { Compiled } from "../query/view.ts";
import type { FieldDescription } from "../protocol.ts";
import { realClock, type Clock } from "../sync/clock.ts";

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
  document.addEventListener("visibilitychange", fn);
  return () => {
    stop();
    document.removeEventListener("visibilitychange", fn);
  };
}

const today = (): string => dayAt(realClock.now());
const subscribe = (fn: () => void): (() => void) => subscribeToday(fn);

/** The day that a clock here shows, "2026-07-30"; renders again at midnight. */
export const useToday = (): string => useSyncExternalStore(subscribe, today);

/** A query made ready for `View.ask`: another object when the query or the fields are, or the day that it asks about. */
export function useCompiled({ sort, filter, search }: Query, fields: readonly FieldDescription[]): Compiled {
  const today = useToday();
  const day = asksToday(filter) ? today : "";
  return useMemo(() => compile({ sort, filter, search }, fields, day), [sort, filter, search, fields, day]);
}
