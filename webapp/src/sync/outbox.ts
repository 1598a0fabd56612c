import type { Limits, Mutation, Result } from "../protocol.ts";
import { Book } from "./book.ts";
import type { Clock } from "./clock.ts";
import { Entry } from "./entry.ts";
import { remainder } from "./handover.ts";
import { Sender } from "./sender.ts";
import type { NotTaken } from "./step.ts";
import type { Kept, OutboxStorage } from "./storage.ts";
import type { KeptMutation, OutboxStatus, RecordView } from "./types.ts";
import { uuid7 } from "./uuid.ts";
import type { Wire } from "./wire.ts";

/** What the outbox has to know of its replica, and tell it. */
export interface OutboxHost {
  readonly limits: Limits;
  /** joined, hence sending makes sense */
  readonly ready: boolean;
  /** no copy is kept, so none will ever hold a change */
  readonly copyless: boolean;
  readonly position: { readonly epoch: string; readonly revision: number; readonly complete: boolean } | null;
  confirmed(id: string): RecordView | undefined;
  /** The views of these records changed. */
  touched(ids: readonly string[]): void;
  status(): void;
  /** A result names another epoch: find out which one is true. */
  suspectEpoch(): void;
  /** What became of a mutation: this, or that. */
  applied(mutationId: string, result: Result): void;
  notTaken(told: NotTaken): void;
}

export interface OutboxOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly storage: OutboxStorage;
  readonly clock: Clock;
  readonly host: OutboxHost;
}

/** One step of the user's: all of it is one transaction on disk. */
export interface Step {
  readonly add?: readonly Entry[];
  readonly alter?: readonly Entry[];
  readonly drop?: readonly Entry[];
}

/** The pending mutations of one grid in this tab: on disk, sent in order, shown over the copy until it holds them. */
export class Outbox {
  private readonly book: Book;
  private readonly sender: Sender;
  private readonly acknowledged = new Set<Entry>();
  /** the last list of what is put aside: the same one until it changes */
  private told: readonly KeptMutation[] = [];

  constructor(private readonly options: OutboxOptions) {
    const { grid, wire, storage, clock, host } = options;
    this.book = new Book({
      grid,
      storage,
      touched: (ids) => host.touched(ids),
      changed: () => {
        host.status();
        this.sender.kick();
      },
      lost: (entry, onDisk, later) => this.insist(entry, onDisk, later),
    });
    this.sender = new Sender({
      grid,
      wire,
      clock,
      book: this.book,
      limits: () => host.limits,
      ready: () => host.ready,
      confirmed: (id) => host.confirmed(id),
      prepare: (mutation) => this.prepare([mutation], true)[0]!,
      acknowledged: (entry) => this.acknowledge(entry),
      notTaken: (told) => host.notTaken(told),
      changed: () => host.status(),
    });
  }

  // ---- what is in it

  /** The record's mutations in order, the kept ones too. */
  of(record: string): readonly Entry[] {
    return this.book.of(record);
  }

  get(mutationId: string): Entry | undefined {
    for (const entry of this.book.all) if (entry.id === mutationId) return entry;
    return undefined;
  }

  /** Those that are put aside, by mutation id. */
  kept(): ReadonlyMap<string, Entry> {
    const kept = new Map<string, Entry>();
    for (const entry of this.book.all) if (!entry.open) kept.set(entry.id, entry);
    return kept;
  }

  /** Ids of records that have mutations. */
  records(): Iterable<string> {
    return this.book.records();
  }

  status(): OutboxStatus {
    const all = [...this.book.all];
    const kept = all.flatMap(keptMutation);
    if (!sameItems(kept, this.told)) this.told = kept;
    return {
      unsent: all.filter((entry) => entry.undecided).length,
      storing: this.book.storing,
      kept: this.told,
      durable: this.book.durable,
      problem: this.sender.standing ?? this.book.problem,
    };
  }

  /** In order, those that are not decided and those put aside. */
  unsent(): Entry[] {
    return [...this.book.all].filter((entry) => entry.undecided || !entry.open);
  }

  // ---- what goes in and out

  /** Reads what earlier tabs left; theirs goes first. */
  load(): Promise<void> {
    return this.book.load();
  }

  /** New entries for `change`. */
  prepare(mutations: readonly Mutation[], undo = false): Entry[] {
    const { storage, grid } = this.options;
    return mutations.map(
      (mutation) => new Entry({ owner: storage.owner, grid, mutation, ...(undo && { undo }) }),
    );
  }

  change({ add = [], alter = [], drop = [] }: Step): void {
    for (const entry of drop) entry.takenBack = entry.waiting;
    void this.book.write([...add, ...alter], drop);
  }

  /**
   * Another tab has adopted it, and does what is on disk: what its user has altered since is asked for anew. But not of
   * a record that he has deleted after that: such a delete still waits behind it, one that was sent came before.
   */
  private insist(entry: Entry, onDisk: Mutation, later: readonly Entry[]): void {
    const { clock, storage, grid } = this.options;
    const left = remainder(entry, onDisk, uuid7(clock.now()));
    const isGone = later.some(({ type, waiting }) => waiting && type === "delete_record");
    if (left === null || (isGone && left.mutation.type === "update_record")) return;
    void this.book.write([new Entry({ ...left, owner: storage.owner, grid })]);
  }

  // ---- what the replica tells

  /** Joined, or no longer so. */
  sessionChanged(): void {
    this.sender.sessionChanged();
  }

  /** The copy holds this mutation's change. True if it is one of ours. */
  seen(record: string, mutationId: string): boolean {
    const entry = this.of(record).find(({ id }) => id === mutationId);
    if (entry !== undefined) entry.inCopy = true;
    return entry !== undefined;
  }

  /** Ends the overlays of what the copy holds for certain (R7). */
  advance(): void {
    const { position } = this.options.host;
    if (position?.complete !== true) return;
    this.end(
      [...this.acknowledged].filter(({ result }) => {
        return result!.epoch === position.epoch && (result!.revision ?? 0) <= position.revision;
      }),
    );
  }

  /** Another copy, which holds nothing of ours yet as far as we know. */
  swapped(): void {
    for (const entry of this.book.all) entry.inCopy = false;
  }

  /**
   * The copy's epoch is the server's: what another one acknowledged counts as unanswered and goes again (R7). Once:
   * a result that still names another epoch is an old outcome repeated, and the last word.
   */
  caughtUp(): void {
    const epoch = this.options.host.position?.epoch ?? null;
    const foreign = [...this.acknowledged].filter((entry) => entry.result!.epoch !== epoch);
    this.end(foreign.filter((entry) => entry.askedIn === epoch));
    for (const entry of foreign.filter((entry) => entry.askedIn !== epoch)) {
      entry.askedIn = epoch;
      this.acknowledged.delete(entry);
      entry.phase = "unanswered";
      entry.result = null;
    }
    this.sender.kick();
  }

  // ---- overlays of what is acknowledged

  private acknowledge(entry: Entry): void {
    this.options.host.applied(entry.id, entry.result!);
    // Nothing is shown that it would have to bridge (R7), and what is acknowledged is durable (R2).
    if (this.options.host.copyless) return this.end([entry]);
    this.acknowledged.add(entry);
    this.options.host.touched([entry.record]);
    if (entry.result!.epoch !== this.options.host.position?.epoch) this.options.host.suspectEpoch();
    this.advance();
  }

  private end(entries: readonly Entry[]): void {
    for (const entry of entries) this.acknowledged.delete(entry);
    void this.book.write([], entries);
  }
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Of each the same object until it changes: a list of many must not be made anew with each of them. */
const KEPT = new WeakMap<Entry, { readonly of: Kept; readonly told: KeptMutation }>();

function keptMutation(entry: Entry): KeptMutation[] {
  const { kept } = entry.stored;
  if (kept === undefined) return [];
  const known = KEPT.get(entry);
  if (known?.of === kept) return [known.told];
  const { id: mutationId, record: recordId, type, fields, was } = entry;
  const { status, error, conflicts = {} } = kept;
  const told = { mutationId, recordId, type, fields, was, status, error, conflicts };
  KEPT.set(entry, { of: kept, told });
  return [told];
}
