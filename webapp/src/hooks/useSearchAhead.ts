import { useEffect } from "react";
import type { FieldDescription } from "../protocol.ts";
import { foldAhead } from "../query/search.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordView } from "../sync/types.ts";

/** What is left of an idle time for the page itself, in milliseconds. */
const SPARE = 4;

function* recordsOf(replica: Replica): Generator<RecordView, undefined> {
  for (const id of replica.ids()) {
    const record = replica.get(id);
    if (record !== undefined) yield record;
  }
}

/** Once the records are there, what the first search of them needs is made while the page is idle. */
export function useSearchAhead(
  replica: Replica,
  fields: readonly FieldDescription[],
  complete: boolean,
): void {
  useEffect(() => {
    if (!complete || typeof requestIdleCallback === "undefined") return undefined;
    const records = recordsOf(replica);
    const go = (idle: IdleDeadline): void => {
      if (!foldAhead(records, fields, () => idle.timeRemaining() > SPARE)) request = requestIdleCallback(go);
    };
    let request = requestIdleCallback(go);
    return () => cancelIdleCallback(request);
  }, [replica, fields, complete]);
}
