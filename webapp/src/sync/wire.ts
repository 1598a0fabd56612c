import type {
  Announcements,
  Answer,
  AnnouncementName,
  ErrorCode,
  Payload,
  RequestName,
  WireError,
} from "../protocol.ts";

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
  /** Called when the server lets nobody in with this key, or for another reason that it names. */
  onRefused(fn: (error: WireError) => void): () => void;
}

/** What a request rejects with; anything else that is thrown is a defect. */
export abstract class RequestFailed extends Error {}

export class Refused extends RequestFailed {
  override readonly name = "Refused";
  constructor(readonly error: WireError) {
    super(error.message);
  }
}

/** No answer in time, or none that can be understood. */
export class RequestTimeout extends RequestFailed {
  override readonly name = "RequestTimeout";
  constructor(event: string) {
    super(`No answer to ${event}`);
  }
}

export class Disconnected extends RequestFailed {
  override readonly name = "Disconnected";
  constructor(event: string) {
    super(`Not connected: ${event}`);
  }
}

const SHUT: ReadonlySet<ErrorCode> = new Set(["unauthorized", "forbidden", "not_found"]);

/** Whoever is answered so may not see what was asked for, not what this device has kept of it either. */
export function isShut({ code }: WireError): boolean {
  return SHUT.has(code);
}

/** The error for a person, whatever was thrown. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof Refused) return thrown.error;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, retry: true };
}
