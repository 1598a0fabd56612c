import type { Announcements, Answer, AnnouncementName, Payload, RequestName } from "../protocol.ts";
import type { Wire } from "./wire.ts";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "offline" | "refused";

/** A snapshot for `useSyncExternalStore`. */
export interface ConnectionStatus {
  readonly status: ConnectionState;
  /** tries since it was last live */
  readonly attempt: number;
  /** when the next try is due, ms since 1970; null: none is planned */
  readonly retryAt: number | null;
  /** a sentence: why it was refused or failed */
  readonly error?: string;
}

/** One Socket.IO socket, outside React, with a reconnect policy of its own. */
export class Connection implements Wire {
  get live(): boolean {
    throw new Error("being written");
  }
  start(): void {
    throw new Error("being written");
  }
  stop(): void {
    throw new Error("being written");
  }
  /** Tries again at once ("Try now"). */
  retryNow(): void {
    throw new Error("being written");
  }
  status(): ConnectionStatus {
    throw new Error("being written");
  }
  subscribe(_fn: () => void): () => void {
    throw new Error("being written");
  }
  request<E extends RequestName>(_event: E, _payload: Payload<E>): Promise<Answer<E>> {
    throw new Error("being written");
  }
  on<A extends AnnouncementName>(_event: A, _fn: (payload: Announcements[A]) => void): () => void {
    throw new Error("being written");
  }
  onLive(_fn: (live: boolean) => void): () => void {
    throw new Error("being written");
  }
}
