import type { ChangeEntry, Fields, Grid } from "../protocol.ts";
import { GridSync, MAX_RECORDS } from "./changes.ts";
import { realClock, type Clock } from "./clock.ts";
import { compare, type Comparison } from "./comparison.ts";
import type { Copy } from "./copy.ts";
import type { CopyStorage } from "./copyStorage.ts";
import { Edits, type Update } from "./edits.ts";
import { History } from "./history.ts";
import { Keeper } from "./keeper.ts";
import type { Again } from "./keptEdits.ts";
import { Outbox } from "./outbox.ts";
import { PastChanges, type PastFilter } from "./pastChanges.ts";
import type { Pages } from "./pages.ts";
import type { Presence } from "./presence.ts";
import { Readers } from "./readers.ts";
import { Shown } from "./shown.ts";
import type { Gone } from "./removals.ts";
import type { Carried, Ground, Part, Side } from "./step.ts";
import type { OutboxStorage } from "./storage.ts";
import { Subscribers } from "./subscribers.ts";
import type { Changes, News, RecordView, ReplicaStatus } from "./types.ts";
import { lineOf } from "./unsent.ts";
import type { Wire } from "./wire.ts";

export interface ReplicaOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly storage: OutboxStorage;
  /** where the confirmed records are kept; without it a page starts with none */
  readonly copies?: CopyStorage | undefined;
  readonly clock?: Clock;
  /** a grid with more records is not opened */
  readonly maxRecords?: number | undefined;
  /** where more than a page of records comes from; by default from the wire, page by page */
  readonly pages?: Pages | undefined;
  /** where its user's steps go; of its own by default */
  readonly history?: History | undefined;
}

/**
 * One grid's records as this tab shows them: confirmed + pending, without React.
 *
 * Nothing here grows with the collection per edit or range: views are computed for touched records only, and only
 * for those somebody reads.
 */
export class Replica implements Ground {
  readonly grid: string;
  readonly history: History;
  /** What has been done in this grid by anybody, as the server keeps it. */
  readonly past: (filter?: PastFilter) => PastChanges;
  private readonly sync: GridSync;
  private readonly outbox: Outbox;
  private readonly keeper: Keeper | null;
  private readonly edits: Edits;
  private readonly shown: Shown;
  private readonly clock: Clock;
  private readonly readers = new Readers();
  private readonly listeners = new Subscribers<void>();
  private readonly followers = new Subscribers<Changes>();
  private readonly newsListeners = new Subscribers<readonly News[]>();
  private snapshot: ReplicaStatus | null = null;
  private loading: Promise<void> | null = null;
  private recalling: Promise<void> | null = null;

  constructor(options: ReplicaOptions) {
    const { grid, wire, storage, copies, clock = realClock, history = new History() } = options;
    const { maxRecords = MAX_RECORDS, pages } = options;
    const replica = this;
    this.grid = grid;
    this.clock = clock;
    this.history = history;
    this.past = (filter = {}) => new PastChanges({ grid, wire, clock, filter });
    this.sync = new GridSync({
      grid,
      wire,
      clock,
      maxRecords,
      pages,
      ready: () => this.keeper === null || this.keeper.ready,
      listener: {
        touched: (ids) => {
          for (const id of ids) this.readers.forget(id);
          this.keeper?.touched(ids);
          this.touch(ids);
        },
        applied: (entries) => this.applied(entries),
        swapped: () => {
          this.outbox.swapped();
          this.keeper?.swapped();
          this.reset();
        },
        progressed: () => this.outbox.advance(),
        caughtUp: () => {
          this.keeper?.confirmed();
          this.outbox.caughtUp();
        },
        unkept: () => this.keeper?.unkept(),
        sessionChanged: () => this.outbox.sessionChanged(),
        status: () => {
          this.keeper?.soon(); // the definition may be another one
          this.statusChanged();
        },
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
        applied: (mutationId, result) => history.applied(mutationId, result),
        notTaken: (told) => history.notTaken(told),
      },
    });
    this.keeper = copies === undefined ? null : this.makeKeeper(copies, clock, maxRecords);
    this.shown = new Shown({
      confirmed: (id) => this.confirmed(id),
      grave: (id) => this.sync.follower.copy?.graves.get(id),
      pending: (id) => this.outbox.of(id),
      ids: () => [...(this.sync.follower.copy?.records.keys() ?? []), ...this.outbox.records()],
    });
    this.edits = new Edits({
      outbox: this.outbox,
      view: (id) => this.get(id),
      now: () => clock.now(),
      record: (kind, carried) => history.record(this, kind, carried),
    });
  }

  private makeKeeper(storage: CopyStorage, clock: Clock, maxRecords: number): Keeper {
    const { sync, grid } = this;
    const host = {
      get copy() {
        return sync.follower.copy;
      },
      get definition() {
        return sync.grid;
      },
      restore: (copy: Copy, definition: Grid) => sync.restore(copy, definition),
      status: () => this.statusChanged(),
    };
    return new Keeper({ grid, storage, clock, maxRecords, host });
  }

  /**
   * Shows what this device has kept, then joins the grid, now and after each reconnect. Resolves when the outbox has
   * been read from disk.
   */
  start(): Promise<void> {
    this.loading ??= this.load();
    this.keeper?.start();
    this.sync.start();
    return this.loading;
  }

  /** Leaves the grid; pending mutations stay. */
  stop(): void {
    this.sync.stop();
    void this.keeper?.stop();
  }

  /** What the server has confirmed goes to the disk now, not soon: the page may be on its way out. */
  flush(): void {
    void this.keeper?.flush();
  }

  private load(): Promise<void> {
    void this.keeper?.load(() => this.sync.wake());
    return this.recall();
  }

  /** Reads the outbox from disk, and no more: enough to tell what waits for the user. */
  recall(): Promise<void> {
    return (this.recalling ??= this.outbox.load());
  }

  /** Who else is here, and at which cell. */
  get presence(): Presence {
    return this.sync.presence;
  }

  // ---- what is shown

  /** The ids of shown records in natural order. One live array: `status().structure` tells its changes. */
  ids(): readonly string[] {
    return this.shown.ids;
  }

  get count(): number {
    return this.shown.ids.length;
  }

  /** Also a deleted record whose last fields are known; undefined for an id never heard of. Stable until it changes. */
  get(id: string): RecordView | undefined {
    return this.shown.get(id);
  }

  /** As the server has confirmed it, without what is pending; undefined where it is not there. */
  confirmed(id: string): RecordView | undefined {
    return this.sync.follower.copy?.records.get(id);
  }

  /**
   * By field: what somebody else last changed of a record that is subscribed to. Kept from then on, and gone with
   * one's own later change, or with one by nobody knows whom. The map is live; its news are snapshots.
   */
  latest(id: string): ReadonlyMap<string, News> | undefined {
    return this.readers.latest(id);
  }

  /** The same object until something of it changes, as `useSyncExternalStore` wants it. */
  status(): ReplicaStatus {
    if (this.snapshot !== null) return this.snapshot;
    const { grid, joined, error, tooLarge } = this.sync;
    const { copy, expected, repairs, unconfirmed } = this.sync.follower;
    const state = copy === null ? "waiting" : unconfirmed ? "kept" : copy.complete ? "complete" : "filling";
    const outbox = this.outbox.status();
    const { count } = this;
    const { structure } = this.shown;
    const { epoch = null, revision = 0 } = copy ?? {};
    this.snapshot = {
      ...outbox,
      problem: outbox.problem ?? this.keeper?.problem ?? null,
      state,
      epoch,
      revision,
      joined,
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
    return this.readers.subscribe(id, fn);
  }

  /** `fn` after each step, with what it touched. */
  onChanges(fn: (changes: Changes) => void): () => void {
    return this.followers.add(fn);
  }

  /** `fn` with what others did, in order, once for each range that is applied; `get` has it already. */
  onNews(fn: (news: readonly News[]) => void): () => void {
    return this.newsListeners.add(fn);
  }

  // ---- what the user does, shown at once

  /**
   * Changes some fields. `was`: per field what the user saw when the editor opened (R8). Returns the mutation's id,
   * or null when there is nothing to do. Throws `InvalidValue`.
   */
  update(id: string, patch: Fields, was: Fields): string | null {
    return this.updateAll([{ id, patch, was }])[0]!;
  }

  /** The same for many records, each once, as one step. */
  updateAll(updates: readonly Update[]): readonly (string | null)[] {
    return this.edits.updateAll(updates);
  }

  /** Returns the new record's id. Throws `InvalidValue`. */
  add(fields: Fields): string {
    return this.addAll([fields])[0]!;
  }

  /** The same for many, in one step: the new ids, in order. */
  addAll(records: readonly Fields[]): readonly string[] {
    return this.edits.addAll(records);
  }

  /** Returns the mutation's id, or null when there is nothing to do. */
  remove(id: string): string | null {
    return this.edits.removals.remove(id);
  }

  /** Deletes them in one step, however many. */
  removeAll(ids: readonly string[]): void {
    this.edits.removals.removeAll(ids);
  }

  /** Brings a deleted record back. Returns the mutation's id, or null when there is nothing to do. */
  restore(id: string): string | null {
    return this.restoreAll([{ id }])[0]!;
  }

  /** The same for many, each once, as one step. */
  restoreAll(records: readonly Gone[]): readonly (string | null)[] {
    return this.edits.removals.restoreAll(records);
  }

  /** Discards a value that was not taken. */
  settle(mutationId: string): void {
    this.edits.kept.settleAll([mutationId]);
  }

  /** Discards many values that were not taken, as one step. */
  settleAll(mutationIds: readonly string[]): void {
    this.edits.kept.settleAll(mutationIds);
  }

  /**
   * Sends a value that was not taken again, altered by `patch`; a decided one over what is shown now. A record that was
   * deleted meanwhile comes back first. Returns the mutation's id. Throws `InvalidValue`.
   */
  retry(mutationId: string, patch: Fields = {}): string | null {
    return this.edits.kept.retryAll([{ mutationId, patch }])[0] ?? null;
  }

  /** The same for many, as one step. */
  retryAll(again: readonly Again[]): readonly (string | null)[] {
    return this.edits.kept.retryAll(again);
  }

  /** Compares what is here with the server; what differs is read again (R13). Rejects as `Wire.request` does. */
  compare(): Promise<Comparison> {
    return compare({
      head: () => this.sync.head(),
      copy: () => this.sync.follower.copy,
      onChange: (fn) => this.listeners.add(fn),
      clock: this.clock,
    });
  }

  /** For the history: undoes these parts of a step, or does them again. */
  turn(parts: readonly Part[], to: Side): readonly Carried[] {
    return this.edits.turn(parts, to);
  }

  /** What the server has not confirmed or not taken, a line of JSON each. */
  unsentLines(): string[] {
    return this.outbox.unsent().map(lineOf);
  }

  // ---- keeping up

  private applied(entries: readonly ChangeEntry[]): void {
    const news: News[] = [];
    for (const [revision, id, kind, values, author, mutationId] of entries) {
      const fields = Object.keys(values ?? {});
      const item: News = { id, kind, fields, author, revision };
      const isOwn = this.outbox.seen(id, mutationId);
      this.readers.note(item, isOwn);
      if (!isOwn) news.push(item);
    }
    const ids = entries.map((entry) => entry[1]);
    this.keeper?.touched(ids);
    this.touch(ids);
    if (news.length > 0) this.newsListeners.tell(news);
  }

  private touch(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const touched = new Set(ids);
    this.followers.tell(this.shown.touch(touched));
    for (const id of touched) this.readers.tell(id);
    this.statusChanged();
  }

  private reset(): void {
    this.readers.forgetAll();
    this.followers.tell(this.shown.reset());
    this.readers.tellAll();
    this.statusChanged();
  }

  private statusChanged(): void {
    this.snapshot = null;
    this.listeners.tellSoon();
  }
}
