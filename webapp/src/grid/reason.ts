import type { WireError } from "../protocol.ts";

/** Why a mutation was not taken, in the server's words: of one field where it names it, else of all. */
export function reasonOf(error: WireError, field?: string): string {
  const named = Object.entries(error.fields ?? {});
  const own = named.filter(([path]) => field === undefined || path === field || path.startsWith(`${field}.`));
  const sentences = (own.length > 0 ? own : named).map(([path, why]) =>
    path === field ? why.join(" ") : `${path}: ${why.join(" ")}`,
  );
  return sentences.length > 0 ? sentences.join(" ") : error.message;
}
