import { Notes } from "./notes.ts";

const KEY = "tandem.key";
const RING = "keys"; // by grid, those that open that one only
const RING_MOST = 50;
const notes = new Notes();

const inAddress = (): URLSearchParams => new URLSearchParams(location.hash.slice(1));

/** Whether the address has just been given another shared link. */
export const isKeyGiven = (): boolean => Boolean(inAddress().get("key"));

/**
 * The key of a shared link, from its fragment, which no browser sends to a server. From there it is taken out, for an
 * address is copied, bookmarked and shown to others, and kept: for this tab, and for those that this browser opens next.
 * Of several that open one grid each, `grid` says which one is wanted.
 */
export function takeKey(grid?: string | null): string | null {
  const rest = inAddress();
  const given = rest.get("key");
  if (!given) return kept(grid);
  rest.delete("key");
  const hash = rest.size === 0 ? "" : `#${rest}`;
  if (keep(given)) history.replaceState(history.state, "", location.pathname + location.search + hash);
  return given;
}

/** The server has said that this key opens that grid and no other. */
export function keepOnRing(grid: string, key: string): void {
  const others = ring().filter(([other]) => other !== grid);
  notes.write(RING, JSON.stringify([[grid, key], ...others].slice(0, RING_MOST)));
}

function kept(grid: string | null | undefined): string | null {
  try {
    const last = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
    const keys = ring();
    const own = keys.find(([of]) => of === grid)?.[1];
    // A key that may be good for all grids gives way to none.
    return own !== undefined && keys.some(([, key]) => key === last) ? own : last;
  } catch {
    return null; // storage is switched off in this browser
  }
}

function ring(): readonly (readonly [grid: string, key: string])[] {
  try {
    const read: unknown = JSON.parse(notes.read(RING) ?? "[]");
    return Array.isArray(read) ? read.filter(isPair) : [];
  } catch {
    return []; // somebody else has written there
  }
}

const isPair = (each: unknown): each is [string, string] =>
  Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === "string");

/** False: this browser keeps nothing, and a reload would not find it. */
function keep(key: string): boolean {
  try {
    sessionStorage.setItem(KEY, key);
    localStorage.setItem(KEY, key);
    return true;
  } catch {
    return false;
  }
}
