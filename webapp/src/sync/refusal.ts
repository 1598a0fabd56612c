const ANSWER_MS = 20_000;

/**
 * Why the server at `url` refuses us by HTTP, or null. A refused Host or Origin is answered with a sentence that a
 * WebSocket's failure does not show.
 */
export async function refusalByHttp(url: string): Promise<string | null> {
  try {
    const address = `${url}/socket.io/?EIO=4&transport=polling`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.status < 400 || answer.status >= 500) return null;
    return sentenceOf(await answer.text());
  } catch {
    return null; // not there at all: nothing to add to "cannot be reached"
  }
}

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
