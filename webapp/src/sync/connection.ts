import { io, type Socket } from "socket.io-client";
import {
  ANNOUNCEMENTS,
  PROTOCOL,
  type AnnouncementName,
  type Announcements,
  type Answer,
  type ErrorCode,
  type Payload,
  type RequestName,
  type WireError,
} from "../protocol.ts";
import { backoff, realClock, type Clock } from "./clock.ts";
import type { Server } from "./http.ts";
import { Identity } from "./identity.ts";
import { refusalByHttp } from "./refusal.ts";
import { Subscribers } from "./subscribers.ts";
import { isOnline, isVisible, onDocument, onWindow } from "./surroundings.ts";
import { Disconnected, Refused, RequestTimeout, type Wire } from "./wire.ts";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "offline" | "refused";

/** A snapshot for `useSyncExternalStore`. */
export interface ConnectionStatus {
  readonly status: ConnectionState;
  /** tries since it was last live */
  readonly attempt: number;
  /** when the next try is due, ms since 1970; null: it is live, or being tried right now */
  readonly retryAt: number | null;
  /** a sentence: why it was refused or failed */
  readonly error?: string;
  /** of what the server refused with, where it did */
  readonly code?: ErrorCode;
}

/** For those who look for what is wrong. */
export interface ConnectionReport {
  /** "websocket" or "polling"; null: none */
  readonly transport: string | null;
  /** the last request that was answered, and how long that took, in ms */
  readonly trip: { readonly event: string; readonly ms: number; readonly at: number } | null;
  /** the last request or connection that failed; `at` in ms since 1970 */
  readonly failure: { readonly message: string; readonly at: number } | null;
}

export interface ConnectionOptions {
  /** the server's origin; the page's own by default */
  readonly url?: string;
  readonly identity?: Identity;
  readonly clock?: Clock;
  readonly socket?: Socket;
}

const ANSWER_MS = 15_000;
const CONNECT_MS = 20_000;

type Ack = { readonly ok?: unknown; readonly error?: WireError } | null | undefined;

/**
 * One Socket.IO socket, outside React (StrictMode mounts twice), with a reconnect policy of its own: the library's
 * does not come back after CONNECT_ERROR or a disconnect by the server.
 */
export class Connection implements Wire {
  readonly identity: Identity;
  /** what is asked for beside the socket is asked there; the same object always */
  readonly server: Server;
  private readonly clock: Clock;
  private readonly socket: Socket;
  private readonly listeners = new Subscribers<void>();
  private readonly liveListeners = new Subscribers<boolean>();
  private readonly refusedListeners = new Subscribers<WireError>();
  private readonly announced: { readonly [A in AnnouncementName]: Subscribers<Announcements[A]> } = {
    changes: new Subscribers(),
    head: new Subscribers(),
    presence: new Subscribers(),
    grid_changed: new Subscribers(),
  };
  private snapshot: ConnectionStatus = { status: "connecting", attempt: 0, retryAt: null };
  /** rejects requests in flight when the connection goes */
  private readonly inFlight = new Set<() => void>();
  private trip: ConnectionReport["trip"] = null;
  private failure: ConnectionReport["failure"] = null;
  private wanted = false;
  private ends: readonly (() => void)[] = [];
  private timer: (() => void) | null = null;

  constructor(options: ConnectionOptions = {}) {
    this.identity = options.identity ?? new Identity();
    this.server = { url: options.url ?? "", token: this.identity.token };
    this.clock = options.clock ?? realClock;
    this.socket = options.socket ?? this.makeSocket();
    this.socket.on("connect", () => this.connected());
    this.socket.on("disconnect", (reason) => {
      if (this.snapshot.status === "live") this.dropped(`The connection was lost (${reason}).`);
      else void this.failed(new Error(reason)); // long-polling has opened, and its first POST was refused
    });
    this.socket.on("connect_error", (error: Error & { data?: WireError }) => void this.failed(error));
    for (const name of ANNOUNCEMENTS) this.forward(name);
  }

  get live(): boolean {
    return this.socket.connected;
  }

  // ---- life

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.ends = [
      onWindow("online", () => this.retryNow()),
      onWindow("offline", () => this.showOffline()),
      onDocument("visibilitychange", () => isVisible() && this.retryNow()),
    ];
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    for (const end of this.ends) end();
    this.ends = [];
    this.cancelTimer();
    this.socket.disconnect();
    this.set({ status: "offline", attempt: 0, retryAt: null });
  }

  /** Tries again at once. */
  retryNow(): void {
    if (this.wanted && !this.live && this.snapshot.retryAt !== null) this.connect();
  }

  /** What the others call this user from now on. The server hears a name only from who connects. */
  introduce(name: string): void {
    this.identity.name = name;
    if (!this.live) return;
    this.socket.disconnect();
    this.retryNow();
  }

  status(): ConnectionStatus {
    return this.snapshot;
  }

  subscribe(fn: () => void): () => void {
    return this.listeners.add(fn);
  }

  report(): ConnectionReport {
    const transport = this.live ? this.socket.io.engine.transport.name : null;
    return { transport, trip: this.trip, failure: this.failure };
  }

  // ---- Wire

  async request<E extends RequestName>(event: E, payload: Payload<E>): Promise<Answer<E>> {
    if (!this.live) throw new Disconnected(event); // the library would keep it in memory and send it later
    const since = this.clock.now();
    try {
      const ack = await this.emit(event, payload);
      const at = this.clock.now();
      if (ack?.ok === true || ack?.error !== undefined) this.trip = { event, ms: at - since, at };
      if (ack?.ok === true) return ack;
      if (ack?.error !== undefined) throw new Refused(ack.error);
      throw new RequestTimeout(event); // not an envelope (R1): the outcome is unknown
    } catch (thrown) {
      // Of a lost connection it is told why it was lost.
      if (thrown instanceof Error && !(thrown instanceof Disconnected))
        this.note(`${event}: ${thrown.message}`);
      throw thrown;
    }
  }

  on<A extends AnnouncementName>(event: A, fn: (payload: Announcements[A]) => void): () => void {
    return this.announced[event].add(fn);
  }

  onLive(fn: (live: boolean) => void): () => void {
    return this.liveListeners.add(fn);
  }

  onRefused(fn: (error: WireError) => void): () => void {
    return this.refusedListeners.add(fn);
  }

  private forward<A extends AnnouncementName>(name: A): void {
    this.socket.on<string>(name, (payload: Announcements[A]) => this.announced[name].tell(payload));
  }

  private emit(event: string, payload: unknown): Promise<Ack> {
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(new Disconnected(event));
      this.inFlight.add(lost);
      this.socket
        .timeout(ANSWER_MS)
        .emitWithAck(event, payload)
        .then(resolve, () => reject(new RequestTimeout(event)))
        .finally(() => this.inFlight.delete(lost));
    });
  }

  // ---- connecting

  private makeSocket(): Socket {
    return io(this.server.url, {
      autoConnect: false,
      reconnection: false,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: CONNECT_MS,
      auth: (give) => give(this.credentials()),
    });
  }

  private credentials(): Record<string, unknown> {
    const { user, name, token } = this.identity;
    return { protocol: PROTOCOL, user, ...(name !== null && { name }), ...(token !== null && { token }) };
  }

  private showOffline(): void {
    if (!this.live) this.set({ ...this.snapshot, status: "offline" });
  }

  private connect(): void {
    this.cancelTimer();
    const { status: before } = this.snapshot;
    const status = before === "connecting" || before === "refused" ? before : "reconnecting";
    this.set({ ...this.snapshot, status, retryAt: null });
    // A transport that opens, and a server that never answers our CONNECT.
    this.timer = this.clock.after(CONNECT_MS + 5_000, () => {
      this.socket.disconnect();
      this.dropped("The server did not answer.");
    });
    this.socket.connect();
  }

  private connected(): void {
    this.cancelTimer();
    this.set({ status: "live", attempt: 0, retryAt: null });
    this.liveListeners.tell(true);
  }

  private dropped(why: string, refused = false, code?: ErrorCode): void {
    this.socket.sendBuffer = []; // what the library kept while the pings failed: it goes again by our own rules
    for (const lost of this.inFlight) lost();
    this.liveListeners.tell(false);
    if (!this.wanted) return;
    this.note(why);
    this.cancelTimer();
    const attempt = this.snapshot.attempt + 1;
    // What was refused for good may still be allowed after a deploy: asked rarely.
    const delay = refused ? backoff(16, this.clock, 500, 60_000) : backoff(attempt, this.clock);
    this.timer = this.clock.after(delay, () => this.connect());
    const status = refused ? "refused" : isOnline() ? "reconnecting" : "offline";
    this.set({
      status,
      attempt,
      retryAt: this.clock.now() + delay,
      error: why,
      ...(code !== undefined && { code }),
    });
  }

  private async failed(error: Error & { data?: WireError }): Promise<void> {
    if (error.data !== undefined) {
      this.dropped(error.data.message, !error.data.retry, error.data.code);
      return this.refusedListeners.tell(error.data);
    }
    const { attempt } = this.snapshot;
    const sentence = await refusalByHttp(this.server.url);
    const isOurs = this.snapshot.attempt === attempt && this.snapshot.retryAt === null && !this.live;
    if (isOurs) this.dropped(sentence ?? "The server cannot be reached.", sentence !== null);
  }

  private note(message: string): void {
    this.failure = { message, at: this.clock.now() };
  }

  private cancelTimer(): void {
    this.timer?.();
    this.timer = null;
  }

  private set(snapshot: ConnectionStatus): void {
    this.snapshot = snapshot;
    this.listeners.tell();
  }
}
