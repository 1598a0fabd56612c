import type { Page } from "../protocol.ts";
import type { Server } from "./http.ts";
import { keyHeader } from "./key.ts";

export interface Place {
  readonly grid: string;
  readonly epoch: string;
  readonly since: number;
}

/**
 * Where many pages come from at one request: what `pull` would answer from that place on, one after another, to the
 * one with `more: false`. It may end or throw before: what has come until then holds. It never waits for ever, and
 * ends when `cut` is aborted.
 */
export type Pages = (from: Place, cut: AbortController) => AsyncIterable<Page>;

/** A server, or a proxy, that sends nothing for so long is not waited for. */
const SILENT_MS = 15_000;

/** From the server by HTTP: packed, and beside the socket, whose answers need not wait for it. */
export function pagesByHttp(server: Server): Pages {
  return (from, cut) => pagesOf(server, from, cut);
}

async function* pagesOf({ url, token }: Server, from: Place, cut: AbortController): AsyncGenerator<Page> {
  const { grid, epoch, since } = from;
  const query = new URLSearchParams({ epoch, since: String(since) });
  const address = `${url}/api/grids/${encodeURIComponent(grid)}/records?${query}`;
  const { signal } = cut;
  const asked = fetch(address, { headers: keyHeader(token), cache: "no-store", signal });
  const { ok, status, body } = await unlessSilent(asked, cut);
  if (!ok || body === null) throw new Error(`The server answered ${status}.`);
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let line = "";
  for (;;) {
    const { done, value } = await unlessSilent(reader.read(), cut);
    if (done) return; // what is left is no whole line
    const [rest = "", ...next] = decoder.decode(value, { stream: true }).split("\n");
    line += rest;
    for (const begun of next) {
      yield pageOf(line);
      line = begun;
      await nextTask();
    }
  }
}

async function unlessSilent<T>(step: Promise<T>, cut: AbortController): Promise<T> {
  const timer = setTimeout(() => cut.abort(), SILENT_MS);
  try {
    return await step;
  } finally {
    clearTimeout(timer);
  }
}

/** Throws where the line is no answer of `pull`: a proxy's page, an error. */
function pageOf(line: string): Page {
  const page = JSON.parse(line) as Page;
  if (!Array.isArray(page.records)) throw new Error("Not an answer of pull.");
  return page;
}

/** Lets the page do what is waiting, a key or a frame, before it goes on. A timer would wait longer, in a hidden tab a second. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
