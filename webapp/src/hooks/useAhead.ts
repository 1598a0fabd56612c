import { useEffect } from "react";
import type { FieldDescription } from "../protocol.ts";
import { sortsOf } from "../query/compile.ts";
import { tableOf } from "../query/table.ts";
import type { Replica } from "../sync/replica.ts";

/** What is left of an idle time for the page itself, and the most that is taken at once, in milliseconds. */
const SPARE = 4;
const MOST = 8;

/**
 * Once the records are there, what the first search of them and the first sorts by `shown` fields need is made while
 * the page is idle.
 */
export function useAhead(
  replica: Replica,
  fields: readonly FieldDescription[],
  shown: readonly FieldDescription[],
  complete: boolean,
): void {
  useEffect(() => {
    if (!complete || typeof requestIdleCallback === "undefined") return undefined;
    const steps = tableOf(replica).ahead(fields, sortsOf(shown));
    const go = (idle: IdleDeadline): void => {
      const end = performance.now() + MOST;
      while (idle.timeRemaining() > SPARE && performance.now() < end) if (steps.next().done === true) return;
      request = requestIdleCallback(go);
    };
    let request = requestIdleCallback(go);
    return () => cancelIdleCallback(request);
  }, [replica, fields, shown, complete]);
}
