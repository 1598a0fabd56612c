import type { Limits, Mutation, Result, WireError } from "../protocol.ts";
import { backoff, type Clock } from "./clock.ts";
import { fits, nextBatch, WITHOUT_RESULTS } from "./batch.ts";
import type { Confirmed } from "./copy.ts";
import { Entry } from "./entry.ts";
import { Journal } from "./journal.ts";
import { chain, draftOf, keptOf } from "./outcome.ts";
import type { Kept, OutboxStorage } from "./storage.ts";
import type { OutboxStatus } from "./types.ts";
import { sameFields } from "./values.ts";
import { Refused, RequestFailed, RequestTimeout, toWireError, type Wire } from "./wire.ts";

/** What the outbox has to know of its replica, and tell it. */
export interface OutboxHost {
  readonly limits: Limits;
  /** joined, hence sending makes sense */
  readonly ready: boolean;
  readonly position: { readonly epoch: string; readonly revision: number; readonly complete: boolean } | null;
  confirmed(id: string): Confirmed | undefined;
  /** The views of these records changed. */
  touched(ids: readonly string[]): void;
  status(): void;
  /** A result names another epoch: find out which one is true. */
  suspectEpoch(): void;
}

export interface OutboxOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly storage: OutboxStorage;
  readonly clock: Clock;
  readonly host: OutboxHost;
}

/** R3: the server keeps ids that long. */
const OLDEST_MS = 90 * 24 * 3600 * 1000;
const FAILURES = 3;

const TOO_LARGE: WireError = { code: "too_large", message: "Too large to be sent.", retry: false };
const TOO_OLD: WireError = {
  code: "busy",
  message: "Sent more than 90 days ago and never answered: it may have been saved or not.",
  retry: false,
};

/** The pending mutations of one grid in this tab: on disk, sent in order, shown over the copy until it holds them. */
export class Outbox {
  private entries = new Set<Entry>();
  private byRecord = new Map<string, Entry[]>();
  private readonly acknowledged = new Set<Entry>();
  private readonly journal: Journal;
  private durable: boolean;
  private diskProblem: WireError | null = null;
  private standing: WireError | null = null;
  private loaded = false;
  private sending = false;
  private resting: (() => void) | null = null;
  private attempt = 0;

  constructor(private readonly options: OutboxOptions) {
    this.durable = options.storage.durable;
    this.journal = new Journal(
      options.storage,
      (thrown) => this.diskFailed(thrown),
      (ids) => this.adoptedElsewhere(ids),
    );
  }

  // ---- what is in it

  /** The record's mutations in order, the kept ones too. */
  of(record: string): readonly Entry[] {
    return this.byRecord.get(record) ?? [];
  }

  get(mutationId: string): Entry | undefined {
    for (const entry of this.entries) if (entry.id === mutationId) return entry;
    return undefined;
  }

  /** Ids of records that have mutations. */
  records(): Iterable<string> {
    return this.byRecord.keys();
  }

  status(): OutboxStatus {
    const all = [...this.entries];
    const kept = all.flatMap((entry) => {
      const { kept } = entry.stored;
      if (kept === undefined) return [];
      const { status, error, conflicts = {} } = kept;
      return [{ mutationId: entry.id, recordId: entry.record, type: entry.type, fields: entry.fields, status, error, conflicts }];
    });
    return {
      unsent: all.filter((entry) => entry.undecided).length,
      storing: this.journal.storing,
      kept,
      durable: this.durable,
      problem: this.standing ?? this.diskProblem,
    };
  }

  // ---- what goes in and out

  /** Reads what earlier tabs left; theirs goes first. */
  async load(): Promise<void> {
    const found = (await this.journal.load(this.options.grid)).map((stored) => new Entry(stored));
    const own = [...this.entries];
    this.entries = new Set([...found, ...own]);
    this.byRecord = new Map();
    for (const entry of this.entries) this.index(entry);
    this.loaded = true;
    this.options.host.touched(found.map((entry) => entry.record));
    this.options.host.status();
    this.kick();
  }

  /** New entries for `change`. */
  prepare(mutations: readonly Mutation[]): Entry[] {
    const { storage, grid } = this.options;
    return mutations.map((mutation) => new Entry({ owner: storage.owner, grid, mutation }));
  }

  /** One step of the user's: one transaction on disk. */
  change(step: { readonly add?: readonly Entry[]; readonly alter?: readonly Entry[]; readonly drop?: readonly Entry[] }): void {
    const { add = [], alter = [], drop = [] } = step;
    for (const entry of add) {
      this.entries.add(entry);
      this.index(entry);
    }
    this.write([...add, ...alter], drop);
  }

  /** Lets a kept mutation go again, under its id. */
  revive(entry: Entry): void {
    delete entry.stored.kept;
    entry.failures = 0;
    entry.alone = false;
    entry.phase = entry.stored.sentAt === undefined ? "waiting" : "unanswered";
    this.write([entry], []);
  }

  private index(entry: Entry): void {
    const list = this.byRecord.get(entry.record);
    if (list === undefined) this.byRecord.set(entry.record, [entry]);
    else list.push(entry);
  }

  private forget(entry: Entry): void {
    this.entries.delete(entry);
    this.acknowledged.delete(entry);
    const rest = this.of(entry.record).filter((other) => other !== entry);
    if (rest.length > 0) this.byRecord.set(entry.record, rest);
    else this.byRecord.delete(entry.record);
  }

  private write(puts: readonly Entry[], drops: readonly Entry[]): void {
    if (puts.length + drops.length === 0) return;
    drops.forEach((entry) => this.forget(entry));
    void this.journal.save(puts, drops).then(() => {
      this.options.host.status();
      this.kick();
    });
    this.options.host.touched([...puts, ...drops].map((entry) => entry.record));
    this.options.host.status();
  }

  private diskFailed(thrown: unknown): void {
    this.durable = false;
    this.diskProblem = { ...toWireError(thrown), message: `This browser does not keep unsent edits: ${toWireError(thrown).message}` };
    this.options.host.status();
  }

  private adoptedElsewhere(ids: readonly string[]): void {
    const lost = [...this.entries].filter((entry) => ids.includes(entry.id));
    lost.forEach((entry) => this.forget(entry));
    this.options.host.touched(lost.map((entry) => entry.record));
  }

  // ---- what the replica tells

  /** Another session, or none: what stood may be tried again. */
  sessionChanged(): void {
    this.standing = null;
    this.attempt = 0;
    this.rest(null);
    this.kick();
  }

  /** The copy holds these mutations' changes. */
  seen(mutationIds: readonly string[], records: readonly string[]): void {
    if (this.entries.size === 0) return;
    const ids = new Set(mutationIds);
    for (const record of records) for (const entry of this.of(record)) if (ids.has(entry.id)) entry.inCopy = true;
  }

  /** Ends the overlays of what the copy holds for certain (R7). */
  advance(): void {
    const { position } = this.options.host;
    if (position?.complete !== true || this.acknowledged.size === 0) return;
    const over = [...this.acknowledged].filter(({ result }) => {
      return result!.epoch === position.epoch && (result!.revision ?? 0) <= position.revision;
    });
    this.write([], over);
  }

  /** Another copy: what another epoch acknowledged counts as unanswered and goes again (R7). */
  swapped(): void {
    for (const entry of this.entries) entry.inCopy = false;
    for (const entry of this.foreign()) this.ask(entry);
    this.kick();
  }

  /** The epoch was asked for, and did not change: a result of another one is old. It is asked for once more, then believed. */
  pulled(): void {
    const foreign = this.foreign();
    this.write([], foreign.filter((entry) => entry.foreign));
    for (const entry of foreign) {
      entry.foreign = true;
      this.ask(entry);
    }
    this.kick();
  }

  private foreign(): Entry[] {
    const epoch = this.options.host.position?.epoch;
    return [...this.acknowledged].filter((entry) => entry.result!.epoch !== epoch);
  }

  private ask(entry: Entry): void {
    this.acknowledged.delete(entry);
    entry.phase = "unanswered";
    entry.result = null;
  }

  // ---- sending: one batch at a time

  kick(): void {
    if (this.sending || this.resting !== null) return;
    this.sending = true;
    void this.send();
  }

  private async send(): Promise<void> {
    const { host } = this.options;
    try {
      while (this.loaded && host.ready && this.standing === null && this.resting === null) {
        this.putOldAside();
        const batch = nextBatch(this.entries, host.limits, (entry) => this.journal.isStored(entry));
        if (batch.length === 0) return;
        if (fits(batch[0]!.mutation, host.limits)) await this.sendBatch(batch);
        else this.keep(batch, { status: "not_saved", error: TOO_LARGE, renew: false });
      }
    } finally {
      this.sending = false; // in the same step as the last look for work, so that no kick is lost
    }
  }

  private async sendBatch(batch: readonly Entry[]): Promise<void> {
    const fresh = batch.filter((entry) => entry.phase === "waiting");
    for (const entry of fresh) this.seal(entry, this.options.clock.now());
    for (const entry of batch) entry.phase = "sending";
    if (fresh.length > 0) await this.journal.save(fresh); // marked sent before first emitted (R10)
    await this.emit(batch.filter((entry) => this.entries.has(entry)));
  }

  /** From here on its content never changes. */
  private seal(entry: Entry, now: number): void {
    entry.stored.sentAt = now;
    const { mutation, seen } = entry.stored;
    if (mutation.type !== "delete_record" || seen === undefined) return;
    const confirmed = this.options.host.confirmed(entry.record);
    const same = confirmed !== undefined && sameFields(confirmed.fields, seen.fields);
    const version = same ? confirmed.version : seen.version;
    if (version > 0) entry.stored.mutation = { ...mutation, version };
  }

  private async emit(batch: readonly Entry[]): Promise<void> {
    const { wire, grid, host } = this.options;
    try {
      if (batch.length === 0 || !host.ready) return;
      const { results } = await wire.request("mutate", { grid, mutations: batch.map((entry) => entry.mutation) });
      this.answered(batch, new Map(results.map((result) => [result.mutation_id, result])));
    } catch (thrown) {
      if (!(thrown instanceof RequestFailed)) throw thrown;
      this.unanswered(batch, thrown);
    } finally {
      for (const entry of batch) if (entry.phase === "sending") entry.phase = "unanswered";
      host.status();
    }
  }

  private unanswered(batch: readonly Entry[], failure: RequestFailed): void {
    const meaning = failure instanceof Refused ? WITHOUT_RESULTS[failure.error.code] : "again";
    const error = toWireError(failure);
    if (meaning === "stand") this.standing = error;
    else if (meaning === "again") this.rest(failure);
    else if (batch.length === 1) this.keep(batch, { status: "not_saved", error, renew: false });
    else for (const entry of batch) entry.alone = true;
  }

  private rest(why: RequestFailed | null): void {
    this.resting?.();
    this.resting = null;
    if (why === null) return;
    const { clock } = this.options;
    this.resting = clock.after(backoff(this.attempt++, clock), () => {
      this.resting = null;
      this.kick();
    });
  }

  // ---- outcomes

  private answered(batch: readonly Entry[], results: ReadonlyMap<string, Result>): void {
    let unknown = false;
    for (const entry of batch) {
      const result = results.get(entry.id);
      if (result === undefined) unknown = true;
      else if (result.status === "applied" || result.status === "noop") this.applied(entry, result);
      else if (result.status !== "failed") this.keep([entry], keptOf(result)!);
      else if (++entry.failures < FAILURES) unknown = true;
      else this.keep([entry], { ...keptOf(result)!, status: "not_saved", renew: false });
    }
    if (unknown) this.rest(new RequestTimeout("mutate"));
    else this.attempt = 0;
    this.advance();
  }

  private applied(entry: Entry, result: Result): void {
    entry.phase = "acknowledged";
    entry.result = result;
    entry.alone = false;
    this.acknowledged.add(entry);
    this.write(chain(entry, this.after(entry)), []);
    this.options.host.touched([entry.record]);
    if (result.epoch !== this.options.host.position?.epoch) this.options.host.suspectEpoch();
  }

  /** Put aside for the user, with what has to go along, in one transaction. */
  private keep(entries: readonly Entry[], kept: Kept): void {
    for (const entry of entries) {
      const later = this.after(entry);
      entry.phase = "unanswered";
      entry.result = null;
      if (entry.type !== "add_record") {
        entry.stored.kept = kept;
        this.write([entry, ...chain(entry, later)], []);
        continue;
      }
      const draft = draftOf(entry, later);
      entry.stored.kept = later.length > 0 ? { ...kept, renew: true } : kept;
      if (draft !== null) entry.stored.mutation = { type: "add_record", mutation_id: entry.id, id: entry.record, fields: draft };
      this.write(draft === null ? [] : [entry], draft === null ? [entry, ...later] : later);
    }
  }

  /** R3: what was first sent too long ago does not go again by itself. */
  private putOldAside(): void {
    const oldest = this.options.clock.now() - OLDEST_MS;
    const old = [...this.entries].filter((entry) => entry.undecided && (entry.stored.sentAt ?? oldest) < oldest);
    this.keep(old, { status: "not_saved", error: TOO_OLD, renew: true });
  }

  private after(entry: Entry): Entry[] {
    const list = this.of(entry.record);
    return list.slice(list.indexOf(entry) + 1).filter((other) => other.open);
  }
}
