import type { Access } from "../protocol.ts";
import { orBroken, request } from "./http.ts";

type Token = string | null;

const read = async <T>(answer: Promise<Response>): Promise<T> =>
  orBroken((await answer).json() as Promise<T>);

/** Who holds this key, and what they may. Rejects with `Refused`. */
export const fetchAccess = (token: Token): Promise<Access> => read(request("/api/access", token));
