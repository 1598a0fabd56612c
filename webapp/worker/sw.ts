/**
 * The service worker: the built client stays on this device, so that the page opens without a network.
 *
 * Online the page always comes from the server, hence a new release at the next visit; what an open page may still load
 * are files whose names hold a hash, so nothing is ever exchanged under it.
 */
import { getCacheKeyForURL, matchPrecache, precache, type PrecacheEntry } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: PrecacheEntry[] };

const PAGE = "/";
const HASHED = "/assets/";
/** Languages and alphabets: too many to keep them all, so those that somebody uses. */
const USED = "tandem-used";
/** A server that says nothing for so long is not waited for. */
const SILENT_MS = 4_000;

precache(self.__WB_MANIFEST);

self.addEventListener("activate", (event) => event.waitUntil(caches.delete(USED)));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") {
    if (isPage(pathname)) event.respondWith(page(request));
  } else if (pathname.startsWith(HASHED)) event.respondWith(asset(request));
  else if (getCacheKeyForURL(pathname) !== undefined) event.respondWith(kept(pathname, request));
});

/** As the server sees it: every address that is no file's and no interface's shows the page. */
function isPage(pathname: string): boolean {
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  return (
    !last.includes(".") && !/^\/(api|socket\.io|assets|check|healthz|metrics|readyz|ws)(\/|$)/.test(pathname)
  );
}

/** The server's, or what was kept of it where no server answers. That has the policy and the nonce it came with. */
async function page(request: Request): Promise<Response> {
  const last = await matchPrecache(PAGE);
  if (last === undefined) return fetch(request);
  const silence = new Promise<null>((resolve) => setTimeout(() => resolve(null), SILENT_MS));
  const answer = await Promise.race([fetch(request), silence]).catch(() => null);
  return answer === null || answer.status >= 500 ? last : answer;
}

/** From whichever release it is: the page that asks may be older than this worker, or newer. */
async function asset(request: Request): Promise<Response> {
  const found = await caches.match(request, { ignoreVary: true });
  if (found !== undefined) return found;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(USED)).put(request, answer.clone());
  return answer;
}

async function kept(pathname: string, request: Request): Promise<Response> {
  return (await matchPrecache(pathname)) ?? fetch(request);
}
