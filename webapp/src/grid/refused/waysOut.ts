import type { MutationType, WireError } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import { texts } from "../../texts.ts";

/** One thing that can be done with a mutation that was not taken. */
export interface Way {
  readonly label: string;
  readonly go: () => void;
}

/** What of a mutation that was not taken decides what can be done with it. */
export interface NotTaken {
  readonly mutationId: string;
  readonly recordId: string;
  readonly error: WireError;
}

export type Outbox = Pick<Replica, "get" | "retry" | "settle" | "restore">;

/** Sends it again, over what is shown now; a record that was deleted meanwhile comes back first. */
export function tryAgain(replica: Outbox, { mutationId, recordId, error }: NotTaken, patch = {}): void {
  if (error.code === "gone" && replica.get(recordId)?.deleted !== false) replica.restore(recordId);
  replica.retry(mutationId, patch);
}

const NAMES: Partial<Record<WireError["code"], readonly [again: string, leave: string]>> = {
  conflict: [texts.record.keepMine, texts.record.takeTheirs],
  gone: [texts.record.restoreWithEdit, texts.record.letGo],
  changed: [texts.record.deleteAnyway, texts.record.keepRecord],
};

/** A rule refuses the same content again, as long as nothing else of the record changes: to correct it comes first. */
export const wantsEdit = (error: WireError): boolean => error.code === "validation_failed";

/** Once more, or not at all; called by what it means in each case. */
export function waysOut(replica: Outbox, taken: NotTaken): { readonly again: Way; readonly leave: Way } {
  const [again, leave] = NAMES[taken.error.code] ?? [texts.record.tryAgain, texts.record.discard];
  return {
    again: { label: again, go: () => tryAgain(replica, taken) },
    leave: { label: leave, go: () => replica.settle(taken.mutationId) },
  };
}

export const WHAT: Readonly<Record<MutationType, string>> = {
  add_record: texts.record.newRecord,
  update_record: texts.record.edit,
  delete_record: texts.record.remove,
  restore_record: texts.record.bringBack,
};
