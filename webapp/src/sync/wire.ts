import type { Announcements, Answer, AnnouncementName, Payload, RequestName, WireError } from "../protocol.ts";

/**
 * What the rest of sync/ needs of a connection: `Connection` in the browser, a network model in the simulation.
 *
 * `request` resolves with the answer of an `ok: true` acknowledgement only. It rejects with `Refused` (an error
 * envelope), `RequestTimeout` (outcome unknown) or `Disconnected` (never sent, or outcome unknown); never twice.
 */
export interface Wire {
  readonly live: boolean;
  request<E extends RequestName>(event: E, payload: Payload<E>): Promise<Answer<E>>;
  on<A extends AnnouncementName>(event: A, fn: (payload: Announcements[A]) => void): () => void;
  /** Called with `live` after each change of it. */
  onLive(fn: (live: boolean) => void): () => void;
}

export class Refused extends Error {
  override readonly name = "Refused";
  constructor(readonly error: WireError) {
    super(error.message);
  }
}

export class RequestTimeout extends Error {
  override readonly name = "RequestTimeout";
  constructor(event: string) {
    super(`No answer to ${event} in time`);
  }
}

export class Disconnected extends Error {
  override readonly name = "Disconnected";
  constructor(event: string) {
    super(`Not connected: ${event}`);
  }
}

/** The error for a person or a log, whatever was thrown. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof Refused) return thrown.error;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, retry: true };
}
