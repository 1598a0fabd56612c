import type { Announcements, ChangeEntry, HistoryEntry } from "../protocol.ts";
import type { Clock } from "./clock.ts";
import { Subscribers } from "./subscribers.ts";
import { Disconnected, RequestFailed, RequestTimeout, toWireError, type Wire } from "./wire.ts";

/** Which changes are asked for: those that fit all of it; all of the grid where nothing is given. */
export interface PastFilter {
  /** of this record */
  readonly id?: string;
  /** by whom: an author's id */
  readonly author?: string;
  /** that say something of this field */
  readonly field?: string;
  /** deletions only */
  readonly deleted?: boolean;
}

export interface PastNow {
  /** newest first, without a gap as far down as they go */
  readonly changes: readonly HistoryEntry[];
  /** the server has older ones */
  readonly more: boolean;
  /** the newest have been read: without any there are none */
  readonly read: boolean;
  /** an answer is awaited that brings the first or older ones */
  readonly asking: boolean;
  /** why the last question was not answered, as a sentence; until another one is */
  readonly problem: string | null;
}

export interface PastOptions {
  readonly grid: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly filter?: PastFilter;
}

const NOTHING: PastNow = { changes: [], more: true, read: false, asking: false, problem: null };
/** changes in an answer */
export const PAST_PAGE = 50;
/** Between two questions for what is new: others may change the grid many times a second. */
const PAUSE_MS = 500;

const TIMEOUT = "The server did not answer in time.";
const OFFLINE = "There is no connection to the server. What has happened here comes as soon as there is one.";

const sentenceOf = (failed: RequestFailed): string => {
  if (failed instanceof Disconnected) return OFFLINE;
  return failed instanceof RequestTimeout ? TIMEOUT : toWireError(failed).message;
};

/** Whether an announced change may be one of those asked for; of a delete it is not told which fields it had. */
function fits([, id, kind, fields, author]: ChangeEntry, filter: PastFilter): boolean {
  if (filter.id !== undefined && id !== filter.id) return false;
  if (filter.author !== undefined && author.id !== filter.author) return false;
  if (filter.deleted === true && kind !== "delete") return false;
  return filter.field === undefined || fields === null || filter.field in fields;
}

/**
 * Past changes of a grid, page by page, newest first; what is done while they are followed comes on top.
 *
 * An announcement only says that there is something new, for it tells neither the values before nor when: that is asked
 * for. One question at a time, so that no answer overtakes another.
 */
export class PastChanges {
  private now = NOTHING;
  private readonly listeners = new Subscribers<void>();
  private followers = 0;
  private stop = () => {};
  private endPause = () => {};
  /** counts lists: an answer to a question of an earlier one is not ours any more */
  private list = 0;
  private working = false;
  private resting = false;
  private wantsNew = false;
  private wantsOld = false;
  private epoch: string | null = null;
  /** revisions up to here are in the list, or were asked for, or are none of it */
  private heard = 0;

  constructor(private readonly options: PastOptions) {}

  /** The same object until something of it changes. */
  readonly snapshot = (): PastNow => this.now;

  readonly subscribe = (fn: () => void): (() => void) => this.listeners.add(fn);

  /** Reads the newest, and then whatever comes; until the returned function is called. */
  follow(): () => void {
    if (this.followers++ === 0) this.start();
    return () => {
      if (--this.followers > 0) return;
      this.stop();
      this.endPause();
      this.resting = false;
    };
  }

  /** Reads a page of older ones, if there are any. */
  older(): void {
    this.wantsOld = this.now.more;
    this.work();
  }

  /** Asks again what was not answered. */
  again(): void {
    this.work();
  }

  // ---- what is heard

  private start(): void {
    const { wire, grid } = this.options;
    const offs = [
      wire.on("changes", (range) => range.grid === grid && this.announced(range)),
      wire.on("head", (head) => head.grid === grid && this.told(head)),
      wire.onLive((live) => live && this.something()), // whatever happened meanwhile
    ];
    this.stop = () => offs.forEach((off) => off());
    this.something();
  }

  private announced({ epoch, from, to, changes }: Announcements["changes"]): void {
    if (this.isNew(epoch)) return;
    const unheard = changes.filter(([revision]) => revision > this.heard);
    const isRelevant = from > this.heard || unheard.some((entry) => fits(entry, this.options.filter ?? {}));
    this.heard = Math.max(this.heard, to);
    if (isRelevant) this.something();
  }

  private told({ epoch, revision }: Announcements["head"]): void {
    if (this.isNew(epoch) || revision <= this.heard) return;
    this.heard = revision;
    this.something();
  }

  /** Another epoch: what was read may never have been. */
  private isNew(epoch: string): boolean {
    const before = this.epoch;
    this.epoch = epoch;
    if (before === null || before === epoch) return false;
    this.list++;
    this.heard = 0;
    this.working = this.wantsOld = false;
    this.put(NOTHING);
    this.something();
    return true;
  }

  private something(): void {
    this.wantsNew = true;
    this.work();
  }

  // ---- what is asked

  private work(): void {
    if (this.followers === 0 || this.working) return;
    const wantsNew = this.wantsNew && !this.resting;
    if (wantsNew) void this.ask();
    else if (this.wantsOld && this.now.read) void this.ask(this.now.changes.at(-1)?.revision);
  }

  /** What is new, or what lies before a revision. */
  private async ask(before?: number): Promise<void> {
    const { wire, grid, filter } = this.options;
    const isNew = before === undefined;
    const { list } = this;
    this.working = true;
    if (isNew) this.wantsNew = false;
    this.put({ asking: !isNew || !this.now.read });
    try {
      const payload = { ...filter, grid, limit: PAST_PAGE, ...(isNew ? {} : { before }) };
      const { changes, more } = await wire.request("history", payload);
      if (list !== this.list) return;
      if (isNew) this.newer(changes, more);
      else this.put({ changes: [...this.now.changes, ...changes], more });
      if (!isNew) this.wantsOld = false;
      this.answered(null);
    } catch (failed) {
      if (!(failed instanceof RequestFailed)) throw failed;
      if (list !== this.list) return;
      if (isNew) this.wantsNew = true;
      this.answered(sentenceOf(failed));
      return; // until the connection is back, something is announced, or it is asked for
    }
    if (isNew) this.rest();
    this.work();
  }

  private answered(problem: string | null): void {
    this.working = false;
    this.put({ asking: false, problem });
  }

  private rest(): void {
    this.resting = true;
    this.endPause = this.options.clock.after(PAUSE_MS, () => {
      this.resting = false;
      this.work();
    });
  }

  private newer(changes: readonly HistoryEntry[], more: boolean): void {
    const top = this.now.changes[0]?.revision ?? 0;
    const fresh = changes.filter(({ revision }) => revision > top);
    this.heard = Math.max(this.heard, changes[0]?.revision ?? 0);
    const reaches = this.now.read && fresh.length < changes.length;
    // More than a page has come at once: between it and what was there others are missing, so it begins anew.
    if (!reaches) this.put({ changes, more, read: true });
    else if (fresh.length > 0) this.put({ changes: [...fresh, ...this.now.changes] });
  }

  private put(part: Partial<PastNow>): void {
    const names = Object.keys(part) as (keyof PastNow)[];
    if (names.every((name) => this.now[name] === part[name])) return;
    this.now = { ...this.now, ...part };
    this.listeners.tell();
  }
}
