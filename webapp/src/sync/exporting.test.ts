import { afterEach, expect, test, vi } from "vitest";
import { fetchExport } from "./exporting.ts";

afterEach(() => void vi.unstubAllGlobals());

function answering(answer: () => Response | Promise<Response>) {
  const fetching = vi.fn<typeof fetch>(async () => answer());
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

test("a grid is a file, asked for without a key where there is none", async () => {
  const fetching = answering(() => new Response("Name\r\nAnn\r\n"));
  const file = await fetchExport({ url: "", token: null }, "airports", "csv");
  expect(await file.text()).toBe("Name\r\nAnn\r\n");
  expect(fetching).toHaveBeenCalledWith("/api/grids/airports/export.csv", { headers: {}, cache: "no-store" });
});

test("the key of the link travels as a header, in UTF-8, never in the address", async () => {
  const fetching = answering(() => new Response("[]"));
  await fetchExport({ url: "", token: "Schlüssel✓" }, "a/b", "json");
  const [address, options] = fetching.mock.calls[0]!;
  expect(address).toBe("/api/grids/a%2Fb/export.json");
  const sent = new Headers(options!.headers).get("Authorization")!; // throws for what a header cannot carry
  const bytes = Uint8Array.from(sent, (character) => character.charCodeAt(0));
  expect(new TextDecoder().decode(bytes)).toBe("Bearer Schlüssel✓");
});

test("where a server is named, it is asked, not the page's own", async () => {
  const fetching = answering(() => new Response("[]"));
  await fetchExport({ url: "https://there.example", token: null }, "x", "json");
  expect(fetching.mock.lastCall?.[0]).toBe("https://there.example/api/grids/x/export.json");
});

test("what the server refuses is told in its words", async () => {
  const error = { code: "not_found", message: "There is no grid 'x'.", retry: false };
  answering(() => Response.json({ ok: false, error }, { status: 404 }));
  await expect(fetchExport({ url: "", token: null }, "x", "csv")).rejects.toMatchObject({
    name: "Refused",
    error,
  });
});

test.each([
  ["Refused: the Host header is unknown.", 403, "Refused: the Host header is unknown.", false],
  ["", 502, "The server answered 502.", true],
  ["null", 500, "null", true],
])("%j with %d is no envelope", async (body, status, message, retry) => {
  answering(() => new Response(body, { status }));
  await expect(fetchExport({ url: "", token: null }, "x", "csv")).rejects.toMatchObject({
    error: { code: "internal", message, retry },
  });
});

test("no network, and a file that breaks off, are told", async () => {
  const lost = { name: "Refused", error: { code: "busy", retry: true } };
  answering(() => Promise.reject(new TypeError("Failed to fetch")));
  await expect(fetchExport({ url: "", token: null }, "x", "csv")).rejects.toMatchObject(lost);
  const body = new ReadableStream({ start: (stream) => stream.error(new TypeError("network error")) });
  answering(() => new Response(body));
  await expect(fetchExport({ url: "", token: null }, "x", "csv")).rejects.toMatchObject(lost);
});
