import type { Fields } from "../protocol.ts";
import { GridSync } from "./changes.ts";
import { realClock, type Clock } from "./clock.ts";
import { Edits } from "./edits.ts";
import { SortedIds } from "./order.ts";
import { Outbox } from "./outbox.ts";
import { isShown, viewOf } from "./overlay.ts";
import type { OutboxStorage } from "./storage.ts";
import { Subscribers } from "./subscribers.ts";
import type { Changes, RecordView, ReplicaStatus } from "./types.ts";
import type { Wire } from "./wire.ts";

export interface ReplicaOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly storage: OutboxStorage;
  readonly clock?: Clock;
  /** a grid with more records is not opened */
  readonly maxRecords?: number | undefined;
}

/**
 * One grid's records as this tab shows them: confirmed + pending, without React.
 *
 * Nothing here grows with the collection per edit or range: views are computed for touched records only, and only
 * for those somebody reads.
 */
export class Replica {
  readonly grid: string;
  private readonly sync: GridSync;
  private readonly outbox: Outbox;
  private readonly edits: Edits;
  private readonly order = new SortedIds();
  /** of records with pending or kept mutations; of all others the copy holds the view itself */
  private readonly views = new Map<string, RecordView>();
  private readonly listeners = new Subscribers<void>();
  private readonly followers = new Subscribers<Changes>();
  private readonly readers = new Map<string, Subscribers<void>>();
  private snapshot: ReplicaStatus | null = null;
  private telling = false;
  private structure = 0;
  private loading: Promise<void> | null = null;

  constructor(options: ReplicaOptions) {
    const { grid, wire, storage, clock = realClock, maxRecords } = options;
    const replica = this;
    this.grid = grid;
    this.sync = new GridSync({
      grid,
      wire,
      clock,
      maxRecords,
      listener: {
        touched: (ids, mutationIds) => {
          this.outbox.seen(mutationIds, ids);
          this.touch(ids);
        },
        swapped: () => {
          this.outbox.swapped();
          this.reset();
        },
        progressed: () => this.outbox.advance(),
        caughtUp: () => this.outbox.caughtUp(),
        sessionChanged: () => this.outbox.sessionChanged(),
        status: () => this.statusChanged(),
      },
    });
    this.outbox = new Outbox({
      grid,
      wire,
      storage,
      clock,
      host: {
        get limits() {
          return replica.sync.limits;
        },
        get ready() {
          return wire.live && replica.sync.joined;
        },
        get copyless() {
          return replica.sync.tooLarge !== null;
        },
        get position() {
          return replica.sync.follower.copy;
        },
        confirmed: (id) => this.confirmed(id),
        touched: (ids) => this.touch(ids),
        status: () => this.statusChanged(),
        suspectEpoch: () => this.sync.follower.pull(),
      },
    });
    this.edits = new Edits(
      this.outbox,
      (id) => this.get(id),
      () => clock.now(),
    );
  }

  /** Joins the grid, now and after each reconnect. Resolves when the outbox has been read from disk. */
  start(): Promise<void> {
    this.loading ??= this.outbox.load();
    this.sync.start();
    return this.loading;
  }

  /** Leaves the grid; pending mutations stay. */
  stop(): void {
    this.sync.stop();
  }

  // ---- what is shown

  /** The ids of shown records in natural order. One live array: `status().structure` tells its changes. */
  ids(): readonly string[] {
    return this.order.ids;
  }

  get count(): number {
    return this.order.ids.length;
  }

  /** Also a deleted record whose last fields are known; undefined for an id never heard of. Stable until it changes. */
  get(id: string): RecordView | undefined {
    const entries = this.outbox.of(id);
    const known = entries.length > 0 ? this.views.get(id) : undefined;
    if (known !== undefined) return known;
    const view = viewOf(id, this.confirmed(id), this.sync.follower.copy?.graves.get(id), entries);
    if (view !== undefined && entries.length > 0) this.views.set(id, view);
    return view;
  }

  /** The same object until something of it changes, as `useSyncExternalStore` wants it. */
  status(): ReplicaStatus {
    if (this.snapshot !== null) return this.snapshot;
    const { grid, error, tooLarge } = this.sync;
    const { copy, expected, repairs } = this.sync.follower;
    const state = copy === null ? "waiting" : copy.complete ? "complete" : "filling";
    const { count, structure } = this;
    const { epoch = null, revision = 0 } = copy ?? {};
    this.snapshot = {
      ...this.outbox.status(),
      state,
      epoch,
      revision,
      count,
      expected,
      grid,
      structure,
      repairs,
      error,
      tooLarge,
    };
    return this.snapshot;
  }

  /** `fn` soon after `status()` changed; once for many changes at a time. */
  subscribe(fn: () => void): () => void {
    return this.listeners.add(fn);
  }

  /** `fn` after each change of `get(id)`. */
  subscribeRecord(id: string, fn: () => void): () => void {
    const readers = this.readers.get(id) ?? new Subscribers<void>();
    this.readers.set(id, readers);
    const off = readers.add(fn);
    return () => {
      off();
      if (readers.size === 0 && this.readers.get(id) === readers) this.readers.delete(id);
    };
  }

  /** `fn` after each step, with what it touched. */
  onChanges(fn: (changes: Changes) => void): () => void {
    return this.followers.add(fn);
  }

  // ---- what the user does, shown at once

  /**
   * Changes some fields. `was`: per field what the user saw when the editor opened (R8). Returns the mutation's id,
   * or null when there is nothing to do. Throws `InvalidValue`.
   */
  update(id: string, patch: Fields, was: Fields): string | null {
    return this.edits.update(id, patch, was);
  }

  /** Returns the new record's id. Throws `InvalidValue`. */
  add(fields: Fields): string {
    return this.edits.add(fields);
  }

  /** Returns the mutation's id, or null when there is nothing to do. */
  remove(id: string): string | null {
    return this.edits.remove(id);
  }

  /** Brings a deleted record back. Returns the mutation's id, or null when there is nothing to do. */
  restore(id: string): string | null {
    return this.edits.restore(id);
  }

  /** Discards a value that was not taken. */
  settle(mutationId: string): void {
    this.edits.settle(mutationId);
  }

  /** Sends a value that was not taken again, altered by `patch`; a decided one over what is shown now. */
  retry(mutationId: string, patch?: Fields): string | null {
    return this.edits.retry(mutationId, patch);
  }

  // ---- keeping up

  private confirmed(id: string): RecordView | undefined {
    return this.sync.follower.copy?.records.get(id);
  }

  private touch(ids: readonly string[]): void {
    const touched = [...new Set(ids)];
    if (touched.length === 0) return;
    const shown = touched.map((id) => isShown(this.confirmed(id), this.outbox.of(id)));
    const added = touched.filter((id, i) => shown[i] && !this.order.has(id));
    const removed = touched.filter((id, i) => !shown[i] && this.order.has(id));
    this.order.add(added);
    this.order.remove(removed);
    if (added.length + removed.length > 0) this.structure += 1;
    touched.forEach((id) => this.views.delete(id));
    this.followers.tell({ kind: "records", touched, added, removed });
    for (const id of touched) this.readers.get(id)?.tell();
    this.statusChanged();
  }

  private reset(): void {
    const confirmed = this.sync.follower.copy?.records.keys() ?? [];
    const ids = new Set([...confirmed, ...this.outbox.records()]);
    this.order.replace([...ids].filter((id) => isShown(this.confirmed(id), this.outbox.of(id))));
    this.structure += 1;
    this.views.clear();
    this.followers.tell({ kind: "reset" });
    for (const readers of [...this.readers.values()]) readers.tell();
    this.statusChanged();
  }

  /** Told once for all that one step changes: a paste may be thousands of edits. */
  private statusChanged(): void {
    this.snapshot = null;
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      this.listeners.tell();
    });
  }
}
