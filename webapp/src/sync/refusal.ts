import { ownOrigin } from "./surroundings.ts";

const ANSWER_MS = 20_000;

/**
 * Why the server at `url` refuses us by HTTP, or null. A refused Host or Origin is answered with a sentence that a
 * WebSocket's failure does not show. It is a POST, for with a GET a browser does not tell our own Origin.
 */
export async function refusalByHttp(url: string): Promise<string | null> {
  const ask = (mode: RequestMode): Promise<Response> =>
    fetch(`${url}/api/check`, { method: "POST", mode, signal: AbortSignal.timeout(ANSWER_MS) });
  try {
    const answer = await ask("cors");
    if (answer.status < 400 || answer.status >= 500) return null;
    return sentenceOf(await answer.text());
  } catch {
    const origin = ownOrigin();
    if (url === "" || origin === undefined || origin === url) return null; // not there at all
    // A page of an origin that is not let in may not even read why: that anything answers is all it can find out.
    return ask("no-cors").then(
      () => notLetIn(url, origin),
      () => null,
    );
  }
}

const notLetIn = (url: string, origin: string): string =>
  `The server at ${url} does not let pages of ${origin} in. Whoever runs it can add that origin to ALLOWED_ORIGINS.`;

/** The sentence in an HTTP refusal: plain text, or JSON in one of the forms servers use. */
export function sentenceOf(body: string): string | null {
  const sentence = /^\s*["{]/.test(body) ? fromJson(body) : body;
  return sentence?.trim().slice(0, 300) || null;
}

function fromJson(body: string): string | null {
  try {
    const json = JSON.parse(body) as string | { message?: string; error?: { message?: string } };
    return typeof json === "string" ? json : (json.error?.message ?? json.message ?? null);
  } catch {
    return body;
  }
}
