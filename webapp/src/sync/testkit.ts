import type {
  AnnouncementName,
  Announcements,
  Answer,
  Author,
  ChangeEntry,
  Fields,
  Head,
  Joined,
  Mutation,
  Page,
  PageEntry,
  Payload,
  Range,
  RequestName,
  Result,
  WireError,
} from "../protocol.ts";
import type { CopyStorage } from "./copyStorage.ts";
import { recordDigest } from "./digest.ts";
import type { Pages, Place } from "./pages.ts";
import { Replica } from "./replica.ts";
import { MemoryStorage } from "./memory.ts";
import { settled, Timeline } from "./simulation/timeline.ts";
import type { OutboxStorage } from "./storage.ts";
import { Subscribers } from "./subscribers.ts";
import { Disconnected, Refused, type Wire } from "./wire.ts";

export const GRID = "grid";
export const EPOCH = "e1";
const AUTHOR: Author = { id: "someone", name: "Someone" };

/** A request that has left and waits for the test to answer it. */
export interface Sent {
  readonly event: RequestName;
  readonly payload: unknown;
  answer(answer: unknown): Promise<void>;
  refuse(error: Partial<WireError>): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A connection that does what the test says. */
export class ScriptedWire implements Wire {
  live = false;
  readonly sent: Sent[] = [];
  private readonly unanswered = new Set<(error: Error) => void>();
  private readonly liveListeners = new Subscribers<boolean>();
  /** told to nobody but by the test: the server lets nobody in */
  readonly refusals = new Subscribers<WireError>();
  private readonly announced: { readonly [A in AnnouncementName]: Subscribers<Announcements[A]> } = {
    changes: new Subscribers(),
    head: new Subscribers(),
    presence: new Subscribers(),
    grid_changed: new Subscribers(),
  };

  request<E extends RequestName>(event: E, payload: Payload<E>): Promise<Answer<E>> {
    if (!this.live) return Promise.reject(new Disconnected(event));
    return new Promise((resolve, reject) => {
      const then = (fn: () => void): Promise<void> => {
        fn();
        return settled();
      };
      this.unanswered.add(reject);
      this.sent.push({
        event,
        payload: structuredClone(payload),
        answer: (answer) => then(() => resolve(answer as Answer<E>)),
        refuse: (error) =>
          then(() => reject(new Refused({ code: "busy", message: "", retry: true, ...error }))),
        fail: (error) => then(() => reject(error)),
      });
    });
  }

  on<A extends AnnouncementName>(event: A, fn: (payload: Announcements[A]) => void): () => void {
    return this.announced[event].add(fn);
  }

  onLive(fn: (live: boolean) => void): () => void {
    return this.liveListeners.add(fn);
  }

  onRefused(fn: (error: WireError) => void): () => void {
    return this.refusals.add(fn);
  }

  announce<A extends AnnouncementName>(event: A, payload: Announcements[A]): Promise<void> {
    this.announced[event].tell(payload);
    return settled();
  }

  setLive(live: boolean): Promise<void> {
    this.live = live;
    for (const reject of live ? [] : this.unanswered) reject(new Disconnected("a request in flight"));
    this.unanswered.clear();
    this.liveListeners.tell(live);
    return settled();
  }

  /** The oldest request that has not been taken, which must be this one. */
  take(event: RequestName): Sent {
    const sent = this.sent.shift();
    if (sent?.event !== event) throw new Error(`expected ${event}, got ${sent?.event ?? "nothing"}`);
    return sent;
  }

  mutations(): { sent: Sent; mutations: readonly Mutation[] } {
    const sent = this.take("mutate");
    return { sent, mutations: (sent.payload as Payload<"mutate">).mutations };
  }
}

/** A stream of pages that gives what the test says, when it says so. */
export class ScriptedPages {
  /** what was asked for; nothing follows a place that is not the last */
  readonly asked: Place[] = [];
  cut = new AbortController();
  private readonly come: (Page | Error | null)[] = [];
  private wake = (): void => {};

  readonly source: Pages = (from, cut) => {
    this.asked.push(from);
    this.cut = cut;
    this.come.length = 0;
    cut.signal.addEventListener("abort", () => this.wake());
    return this.read(cut.signal);
  };

  /** A page; an error: it breaks off; null: it ends. */
  give(next: Page | Error | null): Promise<void> {
    this.come.push(next);
    this.wake();
    return settled();
  }

  private async *read(signal: AbortSignal): AsyncGenerator<Page> {
    for (;;) {
      if (this.come.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      if (signal.aborted) throw signal.reason;
      const next = this.come.shift()!;
      if (next === null) return;
      if (next instanceof Error) throw next;
      yield next;
    }
  }
}

export function page(records: readonly PageEntry[], more: Partial<Page> = {}): Page {
  const to = records.at(-1)?.[1] ?? 0;
  return { mode: "reset", epoch: EPOCH, from: 0, to, more: false, records, ...more };
}

export function head(records: readonly PageEntry[], more: Partial<Head> = {}): Head {
  const live = records.filter(([, , fields]) => fields !== null);
  const digest = live.reduce((sum, [id, version]) => (sum + recordDigest(id, version)) >>> 0, 0);
  const revision = records.at(-1)?.[1] ?? 0;
  return { grid: GRID, epoch: EPOCH, definition: 1, revision, count: live.length, digest, ...more };
}

/** The answer of `join_grid` whose page holds all that there is. */
export function joined(records: readonly PageEntry[], more: Partial<Joined> = {}): Joined {
  const { epoch, revision, count, digest } = head(records);
  const grid = { id: GRID, title: "Grid", definition: 1, fields: [] };
  const limits = { batch: 3, bytes: 4_096, page: 100 };
  const rest = { mode: "reset", page: page(records), presence: [], session: "s", limits } as const;
  return { grid, epoch, revision, count, digest, ...rest, ...more };
}

export function change(
  revision: number,
  id: string,
  fields: Fields | null,
  kind: ChangeEntry[2] = "update",
  mutationId = "m",
): ChangeEntry {
  return [revision, id, kind, fields, AUTHOR, mutationId];
}

export function range(from: number, changes: readonly ChangeEntry[], more: Partial<Range> = {}): Range {
  return { grid: GRID, epoch: EPOCH, from, to: changes.at(-1)?.[0] ?? from, changes, ...more };
}

export function result(mutation: Mutation | undefined, more: Partial<Result>): Result {
  const { mutation_id = "", id = "" } = mutation ?? {};
  return { mutation_id, id, status: "applied", epoch: EPOCH, revision: null, ...more };
}

/** What the server stores of an update, when it takes it as it is. */
export function applied(mutation: Mutation | undefined, revision: number, fields?: Fields): Result {
  const asked = mutation !== undefined && "fields" in mutation ? mutation.fields : null;
  return result(mutation, { revision, fields: fields ?? asked });
}

export interface Bench {
  readonly replica: Replica;
  readonly wire: ScriptedWire;
  readonly time: Timeline;
  readonly storage: OutboxStorage;
}

/** A replica on a scripted wire, with time that stands still. */
export async function bench(
  storage: OutboxStorage = new MemoryStorage("tab"),
  maxRecords?: number,
  copies?: CopyStorage,
  time = new Timeline(1),
  pages?: Pages,
): Promise<Bench> {
  const wire = new ScriptedWire();
  const replica = new Replica({ grid: GRID, wire, storage, copies, pages, clock: time, maxRecords });
  await replica.start();
  return { replica, wire, time, storage };
}

/** The same, joined and complete with these records. */
export async function joinedBench(records: readonly PageEntry[], storage?: OutboxStorage): Promise<Bench> {
  const made = await bench(storage);
  await made.wire.setLive(true);
  await made.wire.take("join_grid").answer(joined(records));
  return made;
}

/** Nothing but the passing of time. */
export async function pass(time: Timeline, ms: number): Promise<void> {
  await time.pass(ms, () => undefined);
}

/** Web Locks as far as they are used: exclusive, held until the promise settles. */
export class Locks {
  readonly held = new Set<string>();
  private readonly waiting = new Map<string, () => void>();

  free(name: string): void {
    this.held.delete(name);
    this.waiting.get(name)?.();
  }

  async request(name: string, second: unknown, third?: unknown): Promise<unknown> {
    const run = (third ?? second) as (lock: object | null) => unknown;
    if (this.held.has(name)) {
      if (third !== undefined) return run(null);
      await new Promise<void>((go) => this.waiting.set(name, go));
    }
    this.held.add(name);
    try {
      return await run({ name });
    } finally {
      this.held.delete(name);
    }
  }
}
