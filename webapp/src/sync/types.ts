import type {
  Author,
  ChangeKind,
  Conflict,
  Fields,
  Grid,
  Json,
  MutationType,
  WireError,
} from "../protocol.ts";

/** A value of the user's that was not taken, kept beside the stored one until settled (R10). */
export interface RefusedValue {
  readonly value: Json;
  readonly error: WireError;
  /** for `settle` and `retry` */
  readonly mutationId: string;
  /** in a conflict: theirs, who and when */
  readonly conflict?: Conflict;
}

/** One record as it is shown: confirmed + pending. The same object until something of it changes. */
export interface RecordView {
  readonly id: string;
  /** 0 while only pending */
  readonly version: number;
  /** without null values */
  readonly fields: Fields;
  /** gone, by someone's delete or one's own pending one; `fields` are the last known */
  readonly deleted: boolean;
  /** fields that show a value the server has not confirmed */
  readonly pending: ReadonlySet<string>;
  readonly refused: Readonly<Record<string, RefusedValue>>;
  /** `attention`: something of it waits for the user */
  readonly state: "saved" | "pending" | "attention";
}

/** Made here, and not taken: the server never had it, so that nothing but its user's own values can be shown of it. */
export const isUntaken = (record: RecordView | undefined): boolean =>
  record !== undefined && record.deleted && record.version === 0 && record.state === "attention";

export type KeptStatus = "refused" | "conflict" | "not_saved";

/** A mutation that will not go again by itself; the user copies, retries or discards it. */
export interface KeptMutation {
  readonly mutationId: string;
  readonly recordId: string;
  readonly type: MutationType;
  readonly fields: Fields;
  /** of an update: what its user saw in these fields before */
  readonly was: Fields;
  readonly status: KeptStatus;
  readonly error: WireError;
  readonly conflicts: Readonly<Record<string, Conflict>>;
}

export interface OutboxStatus {
  /** mutations whose outcome is unknown: never sent, or sent and not answered */
  readonly unsent: number;
  /** mutations not on disk yet, hence not accepted yet */
  readonly storing: number;
  readonly kept: readonly KeptMutation[];
  /** false: this browser keeps nothing, a closed tab loses what was not sent */
  readonly durable: boolean;
  /** why the disk is not used, or why sending stands still */
  readonly problem: WireError | null;
}

export interface TooLarge {
  readonly count: number;
  readonly max: number;
}

export interface ReplicaStatus extends OutboxStatus {
  /**
   * `waiting`: nothing read yet; `kept`: all of `revision` from this device, and the server has not said yet what has
   * changed since; `filling`: records come in; `complete`: all of `revision`
   */
  readonly state: "waiting" | "kept" | "filling" | "complete";
  readonly epoch: string | null;
  readonly revision: number;
  /** what others do is announced here */
  readonly joined: boolean;
  /** records shown */
  readonly count: number;
  /** records the server has, as last heard; for a progress bar */
  readonly expected: number;
  readonly grid: Grid | null;
  /** grows whenever `ids()` gained or lost an id or was replaced */
  readonly structure: number;
  /** times this replica differed from the server's digest and read everything again (R13) */
  readonly repairs: number;
  /** why the grid cannot be read: forbidden, not found … */
  readonly error: WireError | null;
  /** it has more records than this browser opens: none are read, but what is in the outbox is still sent */
  readonly tooLarge: TooLarge | null;
}

/** What one step touched, for those who keep an order of their own. */
export type Changes =
  | { readonly kind: "reset" }
  | {
      readonly kind: "records";
      /** every id whose view changed, those of `added` and `removed` too */
      readonly touched: readonly string[];
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

/** What somebody else did: not this tab, though perhaps another one of the same user. */
export interface News {
  readonly id: string;
  readonly kind: ChangeKind;
  /** those that changed; of an add all that it has, of a delete none */
  readonly fields: readonly string[];
  readonly author: Author;
  readonly revision: number;
}

/** An edit that breaks the wire's limits is not accepted; `fields` says why, per field. */
export class InvalidValue extends Error {
  override readonly name = "InvalidValue";
  constructor(readonly fields: Readonly<Record<string, readonly string[]>>) {
    super(
      Object.entries(fields)
        .map(([field, why]) => `${field}: ${why.join(" ")}`)
        .join("; "),
    );
  }
}
