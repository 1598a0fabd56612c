import type {
  AnnouncementName,
  Announcements,
  Answer,
  Author,
  Payload,
  RequestName,
} from "../../protocol.ts";
import { Subscribers } from "../subscribers.ts";
import { Disconnected, Refused, RequestTimeout, type Wire } from "../wire.ts";
import { wireError, type ServerModel } from "./serverModel.ts";
import type { Timeline } from "./timeline.ts";

const TIMEOUT_MS = 15_000;

/** How bad the network is; `calm` ends it, so that everything can come to rest. */
export class Weather {
  bad = true;
  /** sessions by the room's members */
  readonly members = new Set<NetworkWire>();
  up = true;

  constructor(
    readonly time: Timeline,
    readonly server: ServerModel,
  ) {
    server.announce = (range) => {
      // A range may be told again later as part of a longer one.
      const from = this.bad && time.chance(0.3) ? Math.max(0, range.from - time.between(1, 12)) : range.from;
      this.tell("changes", from === range.from ? range : server.range(from));
      time.after(1_000, () => this.tell("head", server.head()));
    };
    server.fails = () => this.bad && time.chance(0.03);
  }

  tell<A extends AnnouncementName>(name: A, payload: Announcements[A]): void {
    for (const wire of this.members) wire.deliver(name, payload);
  }

  /** The server's process ends; it is back after `ms`. */
  restart(ms: number): void {
    this.up = false;
    for (const wire of this.members) wire.drop();
    this.time.after(ms, () => (this.up = true));
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
  private session = 0;
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly liveListeners = new Subscribers<boolean>();
  private readonly announced: { readonly [A in AnnouncementName]: Subscribers<Announcements[A]> } = {
    changes: new Subscribers(),
    head: new Subscribers(),
    presence: new Subscribers(),
    grid_changed: new Subscribers(),
  };

  constructor(
    private readonly weather: Weather,
    private readonly author: Author,
  ) {
    this.comeBack();
  }

  on<A extends AnnouncementName>(event: A, fn: (payload: Announcements[A]) => void): () => void {
    return this.announced[event].add(fn);
  }

  onLive(fn: (live: boolean) => void): () => void {
    return this.liveListeners.add(fn);
  }

  /** This model's server lets everybody in. */
  onRefused(): () => void {
    return () => {};
  }

  request<E extends RequestName>(event: E, payload: Payload<E>): Promise<Answer<E>> {
    if (!this.live) return Promise.reject(new Disconnected(event));
    this.audit(event, payload);
    const sent = structuredClone(payload);
    return new Promise((resolve, reject) => {
      const { time } = this.weather;
      const settle = (fn: () => void) => (): void => {
        if (!this.waiting.delete(reject)) return;
        cancel();
        fn();
      };
      const cancel = time.after(
        TIMEOUT_MS,
        settle(() => reject(new RequestTimeout(event))),
      );
      this.waiting.add(reject);
      const accept = (answer: Answer<E>): void => {
        this.answered(event, answer);
        resolve(answer);
      };
      this.travel(() =>
        this.serve(
          event,
          sent,
          (answer) => settle(() => accept(answer))(),
          (error) => settle(() => reject(error))(),
        ),
      );
    });
  }

  /** Cut off; comes back by itself. */
  drop(): void {
    if (!this.live) return;
    this.live = false;
    this.session += 1;
    this.weather.members.delete(this);
    for (const reject of [...this.waiting]) reject(new Disconnected("a request in flight"));
    this.waiting.clear();
    this.liveListeners.tell(false);
    this.comeBack();
  }

  /** The tab is gone. */
  close(): void {
    this.closed = true;
    this.drop();
  }

  deliver<A extends AnnouncementName>(name: A, payload: Announcements[A]): void {
    const { time, bad } = this.weather;
    const copies = bad ? (time.chance(0.15) ? 0 : time.chance(0.15) ? 2 : 1) : 1;
    for (let i = 0; i < copies; i++) {
      this.travel(() => this.announced[name].tell(structuredClone(payload)), false);
    }
  }

  private comeBack(): void {
    const { time } = this.weather;
    time.after(time.between(50, 3_000), () => {
      if (this.closed || this.live) return;
      if (!this.weather.up) return this.comeBack();
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
    const { time, server, bad, members } = this.weather;
    if (event === "leave_grid") members.delete(this);
    if (event === "join_grid") members.add(this); // join first, then read (R4)
    const code = (["busy", "internal", "rate_limited"] as const)[time.between(0, 2)]!;
    // `busy` may come before or after the deed: outcome unknown. The others say that nothing was done.
    if (bad && time.chance(0.06)) {
      if (code === "busy" && time.chance(0.5)) server.answer(event, payload, this.author);
      return this.travel(() => reject(new Refused(wireError(code))));
    }
    const answer = structuredClone(server.answer(event, payload, this.author));
    this.travel(() => resolve(answer));
  }

  /** To the other side, if this session still stands then; `lossy`: or never. */
  private travel(arrive: () => void, lossy = true): void {
    const { time, bad } = this.weather;
    if (lossy && bad && time.chance(0.05)) return;
    const { session } = this;
    const ms = bad && time.chance(0.3) ? time.between(100, 3_000) : time.between(1, 60);
    time.after(ms, () => {
      if (session === this.session && this.weather.up) arrive();
    });
  }
}
