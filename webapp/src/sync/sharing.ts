import type { Access, GridKey, Role } from "../protocol.ts";
import { orBroken, request, type Server } from "./http.ts";

const keysOf = (grid: string): string => `/api/grids/${encodeURIComponent(grid)}/keys`;

const read = async <T>(answer: Promise<Response>): Promise<T> =>
  orBroken((await answer).json() as Promise<T>);

export interface Made extends GridKey {
  /** the key itself: the server tells it only now */
  readonly token: string;
}

/** Who holds this key, and what they may. Each function here rejects with `Refused`. */
export const fetchAccess = (server: Server): Promise<Access> => read(request(server, "/api/access"));

/** The links of one grid, oldest first. */
export async function listKeys(server: Server, grid: string): Promise<readonly GridKey[]> {
  return (await read<{ readonly keys: readonly GridKey[] }>(request(server, keysOf(grid)))).keys;
}

/** Makes one; the key itself is told by this answer alone. */
export async function makeKey(
  server: Server,
  grid: string,
  made: { readonly name: string; readonly role: Role },
): Promise<Made> {
  const answer = request(server, keysOf(grid), { method: "POST", body: made });
  return (await read<{ readonly key: Made }>(answer)).key;
}

export async function takeKeyBack(server: Server, grid: string, id: string): Promise<void> {
  await request(server, `${keysOf(grid)}/${encodeURIComponent(id)}`, { method: "DELETE" });
}
