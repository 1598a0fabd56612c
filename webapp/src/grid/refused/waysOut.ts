import type { WireError } from "../../protocol.ts";
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
  readonly error: WireError;
}

export type Outbox = Pick<Replica, "retry" | "settle">;

const NAMES: Partial<Record<WireError["code"], readonly [again: string, leave: string]>> = {
  conflict: [texts.record.keepMine, texts.record.takeTheirs],
  gone: [texts.record.restoreWithEdit, texts.record.letGo],
  changed: [texts.record.deleteAnyway, texts.record.keepRecord],
  exists: [texts.record.addAsAnother, texts.record.letItBe],
};

/** What it is called to send it once more, and to let it be. */
export const namesOf = ({ code }: WireError): readonly [again: string, leave: string] =>
  NAMES[code] ?? [texts.record.tryAgain, texts.record.discard];

/** A rule refuses the same content again, as long as nothing else of the record changes: to correct it comes first. */
export const wantsEdit = (error: WireError): boolean => error.code === "validation_failed";

/** Once more, or not at all; called by what it means in each case. */
export function waysOut(replica: Outbox, taken: NotTaken): { readonly again: Way; readonly leave: Way } {
  const [again, leave] = namesOf(taken.error);
  return {
    again: { label: again, go: () => void replica.retry(taken.mutationId) },
    leave: { label: leave, go: () => replica.settle(taken.mutationId) },
  };
}
