import type { Limits, Mutation, Result, WireError } from "../protocol.ts";
import { fits, nextBatch, WITHOUT_RESULTS } from "./batch.ts";
import type { Book } from "./book.ts";
import { backoff, type Clock } from "./clock.ts";
import type { Entry } from "./entry.ts";
import { chain, draftOf, isIdle, keptOf, notTaken, restOf } from "./outcome.ts";
import type { NotTaken } from "./step.ts";
import type { Kept } from "./storage.ts";
import type { RecordView } from "./types.ts";
import { uuid7 } from "./uuid.ts";
import { sameFields } from "./values.ts";
import { Refused, RequestFailed, toWireError, type Wire } from "./wire.ts";

export interface SenderOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly book: Book;
  readonly limits: () => Limits;
  /** joined, hence sending makes sense */
  readonly ready: () => boolean;
  readonly confirmed: (id: string) => RecordView | undefined;
  /** An entry for what goes again of an undo. */
  readonly prepare: (mutation: Mutation) => Entry;
  /** It is applied or was so already. */
  readonly acknowledged: (entry: Entry) => void;
  readonly notTaken: (told: NotTaken) => void;
  /** A batch has been answered, or not. */
  readonly changed: () => void;
}

/** R3: the server keeps ids that long. */
const OLDEST_MS = 90 * 24 * 3600 * 1000;
const FAILURES = 3;
/** Of a record whose add nobody knows the outcome of: what is there, if it is, may be what others have made of it (R8). */
const NO_VERSION = Number.MAX_SAFE_INTEGER;

const TOO_LARGE: WireError = { code: "too_large", message: "Too large to be sent.", retry: false };
const TOO_OLD: WireError = {
  code: "busy",
  message: "Sent more than 90 days ago and never answered: it may have been saved or not.",
  retry: false,
};

/** Sends an outbox, one batch at a time, and puts each outcome where it belongs (R10). */
export class Sender {
  /** why sending stands still until another session */
  standing: WireError | null = null;
  private sending = false;
  private resting: (() => void) | null = null;
  private attempt = 0;

  constructor(private readonly options: SenderOptions) {}

  /** Another session, or none: what stood still may be tried again. */
  sessionChanged(): void {
    this.standing = null;
    this.attempt = 0;
    this.resting?.();
    this.resting = null;
    this.kick();
  }

  /** There may be something to send. */
  kick(): void {
    if (this.sending || this.resting !== null) return;
    this.sending = true;
    queueMicrotask(() => void this.send()); // once for all that one step enters: a paste may be thousands
  }

  private async send(): Promise<void> {
    const { book, limits, ready } = this.options;
    try {
      while (book.loaded && ready() && this.standing === null && this.resting === null) {
        this.putOldAside();
        const batch = nextBatch(book.all, limits(), (entry) => book.isStored(entry));
        if (batch.length === 0) return;
        if (fits(batch[0]!.mutation, limits())) await this.sendBatch(batch);
        else this.keep(batch, { status: "not_saved", error: TOO_LARGE, renew: false });
      }
    } finally {
      this.sending = false; // in the same step as the last look for work, so that no kick is lost
    }
  }

  private async sendBatch(batch: readonly Entry[]): Promise<void> {
    const { book, clock } = this.options;
    const fresh = batch.filter((entry) => entry.phase === "waiting");
    for (const entry of fresh) this.seal(entry, clock.now());
    for (const entry of batch) entry.phase = "sending";
    await book.write(fresh); // marked sent before first emitted (R10)
    await this.emit(batch.filter((entry) => book.has(entry)));
  }

  /** From here on its content never changes. */
  private seal(entry: Entry, now: number): void {
    entry.stored.sentAt = now;
    const { mutation, seen } = entry.stored;
    if (mutation.type !== "delete_record" || seen === undefined) return;
    const confirmed = this.options.confirmed(entry.record);
    const same = confirmed !== undefined && sameFields(confirmed.fields, seen.fields);
    entry.stored.mutation = { ...mutation, version: same ? confirmed.version : seen.version || NO_VERSION };
  }

  private async emit(batch: readonly Entry[]): Promise<void> {
    const { wire, grid, ready, changed } = this.options;
    try {
      if (batch.length === 0 || !ready()) return;
      const { results } = await wire.request("mutate", {
        grid,
        mutations: batch.map((entry) => entry.mutation),
      });
      this.answered(batch, new Map(results.map((result) => [result.mutation_id, result])));
    } catch (thrown) {
      if (!(thrown instanceof RequestFailed)) throw thrown;
      this.unanswered(batch, thrown);
    } finally {
      for (const entry of batch) if (entry.phase === "sending") entry.phase = "unanswered";
      changed();
    }
  }

  private unanswered(batch: readonly Entry[], failure: RequestFailed): void {
    const meaning = failure instanceof Refused ? WITHOUT_RESULTS[failure.error.code] : "again";
    const error = toWireError(failure);
    if (meaning === "stand") this.standing = error;
    else if (meaning === "again") this.rest();
    else if (batch.length === 1 && this.options.book.has(batch[0]!))
      this.keep(batch, { status: "not_saved", error, renew: false });
    else for (const entry of batch) entry.alone = true;
  }

  private rest(): void {
    const { clock } = this.options;
    this.resting?.();
    this.resting = clock.after(backoff(this.attempt++, clock), () => {
      this.resting = null;
      this.kick();
    });
  }

  // ---- outcomes

  private answered(batch: readonly Entry[], results: ReadonlyMap<string, Result>): void {
    // What another tab has adopted meanwhile is decided there.
    const ours = batch.filter((entry) => this.options.book.has(entry));
    const unknown = ours.filter((entry) => !this.decide(entry, results.get(entry.id)));
    if (unknown.length > 0) this.rest();
    else this.attempt = 0;
  }

  /** Whether its outcome is known now: only a result decides (R10). */
  private decide(entry: Entry, result: Result | undefined): boolean {
    if (result === undefined) return false;
    if (entry.type === "delete_record" && this.endsDraft(entry, result)) return true;
    if (result.status === "applied" || result.status === "noop") this.applied(entry, result);
    else if (result.status !== "failed") this.keep([entry], keptOf(result));
    else if (++entry.failures < FAILURES) return false;
    else this.keep([entry], { ...keptOf(result), status: "not_saved", renew: false });
    return true;
  }

  private applied(entry: Entry, result: Result): void {
    const { acknowledged } = this.options;
    entry.phase = "acknowledged";
    entry.result = result;
    entry.alone = false;
    this.chain(entry, []);
    acknowledged(entry);
  }

  /** Put aside for the user, with what has to go along, in one transaction; but an undo is let go. */
  private keep(entries: readonly Entry[], kept: Kept): void {
    const { book } = this.options;
    for (const entry of entries) {
      const later = book.after(entry);
      const told = notTaken(entry, kept, later);
      entry.phase = "unanswered";
      if (entry.type === "add_record") this.keepDraft(entry, kept, later);
      else if (kept.status !== "not_saved" && (entry.undo || told.takenBack)) {
        this.letGo(entry, told);
        continue;
      } else {
        entry.stored.kept = kept;
        this.chain(entry, [entry]);
      }
      this.options.notTaken(told);
    }
  }

  /** Nobody is asked about it; what of an undo is free to be done goes again without the rest. */
  private letGo(entry: Entry, told: NotTaken): void {
    const { book, clock, notTaken, prepare } = this.options;
    const mutation = restOf(entry, told, book.after(entry), () => uuid7(clock.now()));
    this.chain(entry, mutation === null ? [] : [prepare(mutation)], [entry]);
    notTaken({ ...told, rest: mutation?.mutation_id ?? null });
  }

  /** In one transaction: an outcome, what it means for the edits after it, and those that have nothing left to do. */
  private chain(decided: Entry, puts: readonly Entry[], drops: readonly Entry[] = []): void {
    const altered = chain(decided, this.options.book.after(decided));
    const idle = altered.filter(isIdle);
    const busy = altered.filter((entry) => !isIdle(entry));
    void this.options.book.write([...puts, ...busy], [...drops, ...idle]);
  }

  /** An add that was not applied takes along what came after it and was never sent, as one draft. */
  private keepDraft(add: Entry, kept: Kept, after: readonly Entry[]): void {
    const { book } = this.options;
    // What was sent is not forgotten, for the server may have done it: then it knew the add, before (R10).
    const later = after.filter((entry) => entry.waiting);
    add.stored.kept = kept;
    const fields = draftOf(add, later);
    if (fields === null) return this.forgetDraft(add, later);
    add.stored.mutation = { type: "add_record", mutation_id: add.id, id: add.record, fields };
    if (later.length > 0) add.stored.kept = { ...kept, renew: true };
    void book.write([add], later);
  }

  /** Its user has deleted it since. What of it was sent the server may have all the same: there it has to go as well. */
  private forgetDraft(add: Entry, later: readonly Entry[]): void {
    const isUnknown = add.stored.kept!.status === "not_saved" && add.stored.sentAt !== undefined;
    const goesOn = (entry: Entry): boolean => isUnknown && entry.type === "delete_record";
    const over = later.filter((entry) => !goesOn(entry));
    void this.options.book.write(isUnknown ? [add] : [], isUnknown ? over : [add, ...over]);
  }

  /** A delete behind an add that nobody knows of says what became of that. True: there was nothing to delete. */
  private endsDraft(entry: Entry, { status, error }: Result): boolean {
    const { book } = this.options;
    const drafts = book.of(entry.record).filter(({ type, open }) => type === "add_record" && !open);
    if (drafts.length === 0 || status === "failed") return false;
    const isNothing = status === "refused" && error?.code === "not_found";
    void book.write([], isNothing ? [...drafts, entry] : drafts);
    return isNothing;
  }

  /** R3: what was first sent too long ago does not go again by itself. */
  private putOldAside(): void {
    const oldest = this.options.clock.now() - OLDEST_MS;
    const old = [...this.options.book.all].filter(
      (entry) => entry.undecided && (entry.stored.sentAt ?? oldest) < oldest,
    );
    this.keep(old, { status: "not_saved", error: TOO_OLD, renew: true });
  }
}
