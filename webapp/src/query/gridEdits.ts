import type { Fields } from "../protocol.ts";
import type { Replica } from "../sync/replica.ts";

/**
 * What can be done with a grid. Every edit shows at once and is sent when it can be; those that take values throw
 * `InvalidValue` where the wire cannot carry one.
 */
export interface GridEdits {
  /** Returns the new record's id. */
  readonly add: (fields: Fields) => string;
  /** Changes some fields of what is shown: what somebody else changed meanwhile is not overwritten. */
  readonly update: (id: string, fields: Fields) => void;
  readonly remove: (id: string) => void;
  readonly restore: (id: string) => void;
  /** Sends an edit of `notSaved` again, over what stands there now, altered by `fields`. */
  readonly retry: (mutationId: string, fields?: Fields) => void;
  /** Ends an edit of `notSaved`: what stands there now is right. */
  readonly settle: (mutationId: string) => void;
}

export function editsOf(replica: Replica): GridEdits {
  return {
    add: (fields) => replica.add(fields),
    update: (id, fields) => {
      const seen = replica.get(id)?.fields ?? {};
      const was = Object.fromEntries(Object.keys(fields).map((name) => [name, seen[name] ?? null]));
      replica.update(id, fields, was);
    },
    remove: (id) => void replica.remove(id),
    restore: (id) => void replica.restore(id),
    retry: (mutationId, fields) => void replica.retry(mutationId, fields),
    settle: (mutationId) => replica.settle(mutationId),
  };
}
