import { afterEach, expect, test, vi } from "vitest";
import type { Page } from "../protocol.ts";
import { pagesByHttp, type Place } from "./pages.ts";

const FROM: Place = { grid: "a/b", epoch: "e 1", since: 7 };

const answer = (to: number, more: boolean, text = "x"): string =>
  JSON.stringify({
    ok: true,
    mode: "delta",
    epoch: "e 1",
    from: 7,
    to,
    more,
    records: [["a", to, { text }]],
  });

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answering(give: (signal: AbortSignal) => Response | Promise<Response>) {
  const fetching = vi.fn<typeof fetch>(async (_, options) => give(options!.signal!));
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

/** A body that comes in these pieces, and then ends, breaks off or says nothing more. */
function body(pieces: readonly Uint8Array[], then: "end" | "break" | "silence" = "end") {
  return (signal?: AbortSignal): Response =>
    new Response(
      new ReadableStream({
        start(stream) {
          for (const piece of pieces) stream.enqueue(piece);
          if (then === "end") stream.close();
          if (then === "break") stream.error(new TypeError("network error"));
          signal?.addEventListener("abort", () => stream.error(signal.reason));
        },
      }),
    );
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(cut = new AbortController(), token: string | null = null): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of pagesByHttp({ url: "", token })(FROM, cut)) pages.push(page);
  return pages;
}

test("where a server is named, it is asked", async () => {
  const fetching = answering(body([bytes(`${answer(9, false)}\n`)]));
  const pages = pagesByHttp({ url: "https://there.example", token: null })(FROM, new AbortController());
  await pages[Symbol.asyncIterator]().next();
  expect(fetching.mock.lastCall?.[0]).toMatch("https://there.example/api/grids/a%2Fb/records?");
});

test("it asks for what comes after that place, with the key as a header", async () => {
  const fetching = answering(body([bytes(`${answer(9, false)}\n`)]));
  const cut = new AbortController();
  await read(cut, "Schlüssel✓");
  const [address, options] = fetching.mock.calls[0]!;
  expect(address).toBe("/api/grids/a%2Fb/records?epoch=e+1&since=7");
  expect(options).toMatchObject({ cache: "no-store", signal: cut.signal });
  const sent = new Headers(options!.headers).get("Authorization")!;
  expect(new TextDecoder().decode(Uint8Array.from(sent, (each) => each.charCodeAt(0)))).toBe(
    "Bearer Schlüssel✓",
  );
});

test.each([1, 2, 3, 7, 1_000])(
  "however it is cut into pieces of %d bytes, the pages are whole",
  async (size) => {
    const all = bytes([8, 9, 10].map((to) => `${answer(to, to < 10, "Zürich ✓ \\n 🛫")}\n`).join(""));
    const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
      all.slice(i * size, (i + 1) * size),
    );
    answering(body(pieces));
    const pages = await read();
    expect(pages.map(({ to, more }) => [to, more])).toEqual([
      [8, true],
      [9, true],
      [10, false],
    ]);
    expect(pages[2]!.records).toEqual([["a", 10, { text: "Zürich ✓ \\n 🛫" }]]);
  },
);

test("the page is let do other things between two pages that have come together", async () => {
  answering(body([bytes([8, 9, 10].map((to) => `${answer(to, true)}\n`).join(""))]));
  const happened: string[] = [];
  let isOver = false;
  const beat = (): void => {
    happened.push("beat");
    if (!isOver) setImmediate(beat);
  };
  beat();
  for await (const { to } of pagesByHttp({ url: "", token: null })(FROM, new AbortController()))
    happened.push(`page ${to}`);
  isOver = true;
  const between = happened
    .join(" ")
    .split(/page \d+/)
    .slice(1, -1);
  expect(between).toHaveLength(2);
  for (const each of between) expect(each).toContain("beat");
});

test("a line that was not finished is no page", async () => {
  answering(body([bytes(`${answer(8, true)}\n${answer(9, true)}`)]));
  expect((await read()).map(({ to }) => to)).toEqual([8]);
});

test("cut in the middle, what has come holds", async () => {
  answering((signal) => body([bytes(`${answer(8, true)}\n{"ok"`)], "silence")(signal));
  const cut = new AbortController();
  const pages = pagesByHttp({ url: "", token: null })(FROM, cut)[Symbol.asyncIterator]();
  expect((await pages.next()).value).toMatchObject({ to: 8 });
  cut.abort();
  await expect(pages.next()).rejects.toThrow();
});

test.each([
  ["404", () => Response.json({ ok: false }, { status: 404 })],
  ["503", () => new Response("", { status: 503 })],
  ["another page", () => new Response("<!doctype html>\n<p>Sign in</p>\n")],
  ["an envelope", () => new Response('{"ok":false,"error":{"code":"busy"}}\n')],
  ["something else", () => new Response('{"ok":true}\n')],
  ["null", () => new Response("null\n")],
  ["no network", () => Promise.reject<Response>(new TypeError("Failed to fetch"))],
  ["a broken body", body([bytes('{"ok":')], "break")],
])("%s instead of pages is thrown", async (_, give) => {
  answering(give);
  await expect(read()).rejects.toThrow();
});

test.each([
  ["before it answers", (signal: AbortSignal) => aborted(signal)],
  ["in the middle", (signal: AbortSignal) => body([bytes(`${answer(8, true)}\n{"ok"`)], "silence")(signal)],
])("a server that is silent %s is not waited for", async (_, give) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  answering(give);
  const cut = new AbortController();
  const reading = read(cut);
  const ended = expect(reading).rejects.toThrow();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  await vi.advanceTimersByTimeAsync(15_000);
  await ended;
  expect(cut.signal.aborted).toBe(true);
});

function aborted(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
}
