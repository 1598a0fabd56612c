import type { Access, GridKey, Role } from "../protocol.ts";
import { orBroken, request } from "./http.ts";

type Token = string | null;

const keysOf = (grid: string): string => `/api/grids/${encodeURIComponent(grid)}/keys`;

const read = async <T>(answer: Promise<Response>): Promise<T> =>
  orBroken((await answer).json() as Promise<T>);

export interface Made extends GridKey {
  /** the key itself: the server tells it only now */
  readonly token: string;
}

/** Who holds this key, and what they may. Each function here rejects with `Refused`. */
export const fetchAccess = (token: Token): Promise<Access> => read(request("/api/access", token));

/** The links of one grid, oldest first. */
export async function listKeys(grid: string, token: Token): Promise<readonly GridKey[]> {
  return (await read<{ readonly keys: readonly GridKey[] }>(request(keysOf(grid), token))).keys;
}

/** Makes one; the key itself is told by this answer alone. */
export async function makeKey(
  grid: string,
  made: { readonly name: string; readonly role: Role },
  token: Token,
): Promise<Made> {
  const answer = request(keysOf(grid), token, { method: "POST", body: made });
  return (await read<{ readonly key: Made }>(answer)).key;
}

export async function takeKeyBack(grid: string, id: string, token: Token): Promise<void> {
  await request(`${keysOf(grid)}/${encodeURIComponent(id)}`, token, { method: "DELETE" });
}
