import type { WireError } from "../protocol.ts";
import { keyHeader } from "./key.ts";
import { sentenceOf } from "./refusal.ts";
import { Refused } from "./wire.ts";

export type ExportFormat = "csv" | "json";

const BROKEN: WireError = {
  code: "busy",
  message: "The server cannot be reached, or the connection was lost before the file was whole.",
  retry: true,
};

/** The grid's records as a file that the server makes. Rejects with `Refused`, whose error says why. */
export async function fetchExport(grid: string, format: ExportFormat, token: string | null): Promise<Blob> {
  const address = `/api/grids/${encodeURIComponent(grid)}/export.${format}`;
  const answer = await orBroken(fetch(address, { headers: keyHeader(token), cache: "no-store" }));
  if (!answer.ok) throw new Refused(errorOf(answer.status, await orBroken(answer.text())));
  return orBroken(answer.blob());
}

/** `fetch` and its body reject with a TypeError where the network fails, and with nothing else. */
function orBroken<T>(step: Promise<T>): Promise<T> {
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
