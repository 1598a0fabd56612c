import type { WireError } from "../protocol.ts";
import { keyHeader } from "./key.ts";
import { sentenceOf } from "./refusal.ts";
import { Refused } from "./wire.ts";

const BROKEN: WireError = {
  code: "busy",
  message: "The server cannot be reached, or the connection was lost before its answer was whole.",
  retry: true,
};

/** Where a client asks, and as whom. */
export interface Server {
  /** its origin; empty: the page's own */
  readonly url: string;
  readonly token: string | null;
}

/** A request beside the socket, with the key of the link. Rejects with `Refused`, whose error says why. */
export async function request(
  { url, token }: Server,
  path: string,
  { method = "GET", body }: { readonly method?: string; readonly body?: unknown } = {},
): Promise<Response> {
  const sent = { headers: keyHeader(token), cache: "no-store" } as const;
  const more = {
    ...(method !== "GET" && { method }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const answer = await orBroken(fetch(url + path, { ...sent, ...more }));
  if (!answer.ok) throw new Refused(errorOf(answer.status, await orBroken(answer.text())));
  return answer;
}

/** `fetch` and its body reject with a TypeError where the network fails; a body that is no JSON with a SyntaxError. */
export function orBroken<T>(step: Promise<T>): Promise<T> {
  return step.catch(() => Promise.reject(new Refused(BROKEN)));
}

/** The error of an envelope; of any other body, its sentence. */
function errorOf(status: number, body: string): WireError {
  const message = sentenceOf(body) ?? `The server answered ${status}.`;
  return envelopeOf(body)?.error ?? { code: "internal", message, retry: status >= 500 };
}

function envelopeOf(body: string): { readonly error?: WireError } | null {
  try {
    return JSON.parse(body) as { readonly error?: WireError } | null;
  } catch {
    return null; // plain text, such as a refused Host's sentence
  }
}
