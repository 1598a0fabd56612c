const KEY = "tandem.key";

const inAddress = (): URLSearchParams => new URLSearchParams(location.hash.slice(1));

/** Whether the address has just been given another shared link. */
export const isKeyGiven = (): boolean => Boolean(inAddress().get("key"));

/**
 * The key of a shared link, from its fragment, which no browser sends to a server. From there it is taken out, for an
 * address is copied, bookmarked and shown to others, and kept: for this tab, and for those that this browser opens next.
 */
export function takeKey(): string | null {
  const rest = inAddress();
  const given = rest.get("key");
  if (!given) return kept();
  rest.delete("key");
  const hash = rest.size === 0 ? "" : `#${rest}`;
  if (keep(given)) history.replaceState(history.state, "", location.pathname + location.search + hash);
  return given;
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off in this browser
  }
}

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
