import { useMemo, useSyncExternalStore } from "react";
import { compile } from "../query/compile.ts";
import { dayAt } from "../query/days.ts";
import { asksToday } from "../query/filter.ts";
import type { Query } from "../query/query.ts";
import { subscribeToday } from "../query/today.ts";
import type { Compiled } from "../query/view.ts";
import type { FieldDescription } from "../protocol.ts";
import { realClock } from "../sync/clock.ts";

const today = (): string => dayAt(realClock.now());
const subscribe = (fn: () => void): (() => void) => subscribeToday(fn);

/** The day that a clock here shows, "2026-07-30"; renders again at midnight. */
const useToday = (): string => useSyncExternalStore(subscribe, today);

/** A query made ready for `View.ask`: another object when the query or the fields are, or the day that it asks about. */
export function useCompiled({ sort, filter, search }: Query, fields: readonly FieldDescription[]): Compiled {
  const today = useToday();
  const day = asksToday(filter) ? today : "";
  return useMemo(() => compile({ sort, filter, search }, fields, day), [sort, filter, search, fields, day]);
}
