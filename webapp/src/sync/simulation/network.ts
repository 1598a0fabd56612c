import type {
  AnnouncementName,
  Announcements,
  Answer,
  Author,
  ErrorCode,
  Mutation,
  Payload,
  RequestName,
  WireError,
} from "../../protocol.ts";
import { Subscribers } from "../subscribers.ts";
import { Disconnected, Refused, RequestTimeout, type Wire } from "../wire.ts";
import { wireError, type ServerModel } from "./serverModel.ts";
import { Died, ServerProcess } from "./servers.ts";
import { TabTime, type Timeline } from "./timeline.ts";

const TIMEOUT_MS = 15_000;
/** A client that does not read is cut after that (R12), one that does not answer pings after this. */
const BLOCKED_MS = 10_000;
const PING_MS = 45_000;

/** How bad the network is; `calm` ends it, so that everything can come to rest. */
export class Weather {
  bad = true;
  up = true;
  /** what the server says to everybody: the key has expired, or is for looking only, or the client is outdated */
  denied: ErrorCode | null = null;
  /** what it answers in place of an answer; `internal` sets aside what it answers alone (R10) */
  failures: readonly ErrorCode[] = ["busy", "internal", "rate_limited"];
  readonly servers: readonly ServerProcess[];

  constructor(
    readonly time: Timeline,
    readonly server: ServerModel,
    servers = 2,
  ) {
    const others = (): readonly ServerProcess[] => this.servers;
    this.servers = Array.from(
      { length: servers },
      () => new ServerProcess(time, server, others, () => this.bad),
    );
    server.announce = () => this.servers.forEach((each) => each.hint());
    server.fails = () => this.bad && time.chance(0.03);
  }

  tell<A extends AnnouncementName>(name: A, payload: Announcements[A]): void {
    for (const each of this.servers) each.tell(name, payload);
  }

  /** One that takes connections. */
  anyServer(): ServerProcess | null {
    const up = this.up ? this.servers.filter(({ isUp }) => isUp) : [];
    return up[this.time.between(0, Math.max(0, up.length - 1))] ?? null;
  }

  /** All servers end, as at a deploy; they are back after `ms`. */
  restart(ms: number): void {
    for (const each of this.servers) each.die(ms);
  }

  /** Everybody has to connect again, and is told so. */
  deny(code: ErrorCode, ms: number): void {
    this.denied = code;
    const cut = (): void => this.servers.forEach(({ wires }) => [...wires].forEach((wire) => wire.drop()));
    cut();
    this.time.after(ms, () => {
      this.denied = null;
      cut();
    });
  }
}

/** One client's connection: requests and answers get lost, announcements also come twice, late and out of order. */
export class NetworkWire implements Wire {
  live = false;
  closed = false;
  /** called before a request leaves */
  audit: <E extends RequestName>(event: E, payload: Payload<E>) => void = () => {};
  /** called when an answer has come */
  answered: <E extends RequestName>(event: E, answer: Answer<E>) => void = () => {};
  /** what it is connected to */
  private server: ServerProcess | null = null;
  private session = 0;
  /** it does not read: what waits for it to do so */
  private blocked: (() => void)[] | null = null;
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly liveListeners = new Subscribers<boolean>();
  private readonly refusals = new Subscribers<WireError>();
  private readonly announced: { readonly [A in AnnouncementName]: Subscribers<Announcements[A]> } = {
    changes: new Subscribers(),
    head: new Subscribers(),
    presence: new Subscribers(),
    grid_changed: new Subscribers(),
  };

  constructor(
    private readonly weather: Weather,
    private readonly author: Author,
    private readonly tab = new TabTime(weather.time),
  ) {
    this.comeBack();
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

  request<E extends RequestName>(event: E, payload: Payload<E>): Promise<Answer<E>> {
    if (!this.live) return Promise.reject(new Disconnected(event));
    this.audit(event, payload);
    const sent = structuredClone(payload);
    return new Promise((resolve, reject) => {
      const settle = (fn: () => void): void => {
        if (!this.waiting.delete(reject)) return;
        cancel();
        fn();
      };
      const cancel = this.tab.after(TIMEOUT_MS, () => settle(() => reject(new RequestTimeout(event))));
      this.waiting.add(reject);
      this.travel(() =>
        this.serve(
          event,
          sent,
          (answer) =>
            settle(() => {
              this.answered(event, answer);
              resolve(answer);
            }),
          (error) => settle(() => reject(error)),
        ),
      );
    });
  }

  /** Cut off, which its tab hears when it runs; comes back by itself. */
  drop(): void {
    if (this.server === null) return;
    this.server.leave(this);
    this.server.wires.delete(this);
    this.server = this.blocked = null;
    this.session += 1;
    this.tab.run(() => {
      this.live = false;
      for (const reject of [...this.waiting]) reject(new Disconnected("a request in flight"));
      this.waiting.clear();
      this.liveListeners.tell(false);
      this.comeBack();
    });
  }

  /** The tab is gone. */
  close(): void {
    this.closed = true;
    this.drop();
  }

  deliver<A extends AnnouncementName>(name: A, payload: Announcements[A]): void {
    if (this.blocked !== null) return; // R12: not sent to who does not read
    const { time, bad } = this.weather;
    const copies = bad ? (time.chance(0.15) ? 0 : time.chance(0.15) ? 2 : 1) : 1;
    for (let i = 0; i < copies; i++)
      this.travelBack(() => this.announced[name].tell(structuredClone(payload)), false);
  }

  /** R12: its client does not read for so long: answers wait, requests are not served, announcements not sent. */
  block(ms: number): void {
    if (this.server === null || this.blocked !== null) return;
    this.blocked = [];
    const { session } = this;
    this.weather.time.after(Math.min(ms, BLOCKED_MS), () => {
      if (session !== this.session || this.blocked === null) return;
      if (ms >= BLOCKED_MS) return this.drop();
      const waiting = this.blocked;
      this.blocked = null;
      for (const fn of waiting) fn();
      if (this.server?.members.has(this)) this.deliver("head", this.weather.server.head());
    });
  }

  /** Its tab runs nothing, so it answers no pings. */
  freeze(): void {
    const { session } = this;
    this.weather.time.after(PING_MS, () => {
      if (this.tab.isFrozen && session === this.session) this.drop();
    });
  }

  private comeBack(): void {
    this.tab.after(this.weather.time.between(50, 3_000), () => {
      if (this.closed || this.live) return;
      const { denied } = this.weather;
      const server = this.weather.anyServer();
      if (denied === "unauthorized" || denied === "unsupported_protocol")
        this.refusals.tell({ ...wireError(denied), retry: false });
      if (server === null || (denied !== null && denied !== "forbidden")) return this.comeBack();
      this.server = server;
      server.wires.add(this);
      this.live = true;
      this.liveListeners.tell(true);
    });
  }

  private serve<E extends RequestName>(
    event: E,
    payload: Payload<E>,
    resolve: (answer: Answer<E>) => void,
    reject: (error: Error) => void,
  ): void {
    if (this.blocked !== null)
      return void this.blocked.push(() => this.serve(event, payload, resolve, reject));
    const { time, bad, failures } = this.weather;
    const { server } = this;
    if (server === null) return;
    const refuse = (code: ErrorCode): void => this.travelBack(() => reject(new Refused(wireError(code))));
    if (event === "leave_grid") server.leave(this);
    if (event === "join_grid") server.join(this); // join first, then read (R4)
    if (event === "mutate" && this.weather.denied === "forbidden") return refuse("forbidden");
    const code = failures[time.between(0, failures.length - 1)]!;
    // These may come before or after the deed, but for the last: outcome unknown.
    if (bad && time.chance(0.06)) {
      if (code !== "rate_limited" && time.chance(0.5)) this.answerOf(server, event, payload);
      return refuse(code);
    }
    const answer = this.answerOf(server, event, payload);
    if (answer !== null) this.travelBack(() => resolve(answer));
  }

  private answerOf<E extends RequestName>(
    server: ServerProcess,
    event: E,
    payload: Payload<E>,
  ): Answer<E> | null {
    try {
      const mutate = (mutations: readonly Mutation[]) => server.mutate(mutations, this.author);
      return structuredClone(this.weather.server.answer(event, payload, this.author, mutate));
    } catch (thrown) {
      if (thrown instanceof Died) return null;
      throw thrown;
    }
  }

  /** To the server, if this session still stands then; or never. */
  private travel(arrive: () => void, lossy = true): void {
    const { time, bad } = this.weather;
    if (lossy && bad && time.chance(0.05)) return;
    const { session } = this;
    const ms = bad && time.chance(0.3) ? time.between(100, 3_000) : time.between(1, 60);
    time.after(ms, () => {
      if (session === this.session && this.weather.up) arrive();
    });
  }

  /** To the tab, when it reads and runs. */
  private travelBack(arrive: () => void, lossy = true): void {
    const reach = (): void => {
      if (this.blocked === null) this.tab.run(arrive);
      else this.blocked.push(reach);
    };
    this.travel(reach, lossy);
  }
}
