import type { Fields } from "../protocol.ts";
import type { Clock } from "./clock.ts";
import type { OutboxStorage } from "./storage.ts";
import type { Changes, RecordView, ReplicaStatus } from "./types.ts";
import type { Wire } from "./wire.ts";

export interface ReplicaOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly storage: OutboxStorage;
  readonly clock?: Clock;
}

/** One grid's records as this tab shows them: confirmed + pending, without React. */
export class Replica {
  readonly grid: string;
  constructor(options: ReplicaOptions) {
    this.grid = options.grid;
  }
  /** Joins the grid, now and after each reconnect; loads the outbox from disk. */
  start(): void {
    throw new Error("being written");
  }
  /** Leaves the grid; pending mutations stay on disk. */
  stop(): void {
    throw new Error("being written");
  }
  /** The ids of shown records in natural order. One live array: see `status().structure` for its changes. */
  ids(): readonly string[] {
    throw new Error("being written");
  }
  get count(): number {
    throw new Error("being written");
  }
  /** Also a deleted record whose last fields are known; undefined for an id never seen. Stable until it changes. */
  get(_id: string): RecordView | undefined {
    throw new Error("being written");
  }
  /** A snapshot for `useSyncExternalStore`: the same object until something of it changes. */
  status(): ReplicaStatus {
    throw new Error("being written");
  }
  /** `fn` after each change of `status()`. */
  subscribe(_fn: () => void): () => void {
    throw new Error("being written");
  }
  /** `fn` after each change of `get(id)`. */
  subscribeRecord(_id: string, _fn: () => void): () => void {
    throw new Error("being written");
  }
  /** `fn` after each step, with what it touched. */
  onChanges(_fn: (changes: Changes) => void): () => void {
    throw new Error("being written");
  }
  /** Shown at once. `was`: per field what the user saw when the editor opened. Null when there is nothing to do. Throws `InvalidValue`. */
  update(_id: string, _patch: Fields, _was: Fields): string | null {
    throw new Error("being written");
  }
  /** Returns the new record's id. Throws `InvalidValue`. */
  add(_fields: Fields): string {
    throw new Error("being written");
  }
  remove(_id: string): string | null {
    throw new Error("being written");
  }
  restore(_id: string): string | null {
    throw new Error("being written");
  }
  /** Discards a value that was not taken. */
  settle(_mutationId: string): void {
    throw new Error("being written");
  }
  /** Sends a value that was not taken again: a refused or conflicting one over what is stored now. */
  retry(_mutationId: string): void {
    throw new Error("being written");
  }
}
