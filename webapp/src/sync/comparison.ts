import type { Head } from "../protocol.ts";
import type { Clock } from "./clock.ts";
import type { Copy } from "./copy.ts";
import { recordDigest } from "./digest.ts";

/** How a grid's records stand on one side: R13 says that the same revision of the same epoch has the same digest. */
export interface Standing {
  readonly epoch: string;
  readonly revision: number;
  readonly count: number;
  readonly digest: number;
}

export interface Comparison {
  /** ms since 1970 */
  readonly at: number;
  readonly server: Standing;
  /** as counted now, record by record; null: nothing is here */
  readonly here: Standing | null;
  /** `moving`: it changed so fast that no revision was seen on both sides */
  readonly verdict: "equal" | "differs" | "moving";
}

export interface ComparisonOptions {
  readonly head: () => Promise<Head>;
  readonly copy: () => Copy | null;
  /** Calls `fn` after the copy has changed, until the returned function is called. */
  readonly onChange: (fn: () => void) => () => void;
  readonly clock: Clock;
}

const TRIES = 5;
const PATIENCE_MS = 5_000;

/** Compares what is here with the server. Rejects as `Wire.request` does. */
export async function compare(options: ComparisonOptions): Promise<Comparison> {
  for (let left = TRIES; ; left -= 1) {
    const { epoch, revision, count, digest } = await options.head();
    const server = { epoch, revision, count, digest };
    if (!isAt(options.copy(), server)) await reached(server, options);
    const copy = options.copy();
    const same = isAt(copy, server);
    if (!same && left > 1) continue;
    const here = copy === null ? null : counted(copy);
    const equal = here?.digest === digest && here.count === count;
    const verdict = !same ? "moving" : equal ? "equal" : "differs";
    return { at: options.clock.now(), server, here, verdict };
  }
}

function isAt(copy: Copy | null, { epoch, revision }: Standing): boolean {
  return copy?.complete === true && copy.epoch === epoch && copy.revision === revision;
}

/** Resolves when the copy has come to that revision, or past it, or does not come. */
function reached(server: Standing, { copy, onChange, clock }: ComparisonOptions): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      off();
      cancel();
      resolve();
    };
    const cancel = clock.after(PATIENCE_MS, end);
    const off = onChange(() => {
      const now = copy();
      if (now?.complete === true && now.epoch === server.epoch && now.revision >= server.revision) end();
    });
  });
}

/** Not what is kept incrementally: that could be wrong in the same way as the records. */
function counted(copy: Copy): Standing {
  let digest = 0;
  for (const { id, version } of copy.records.values()) digest = (digest + recordDigest(id, version)) >>> 0;
  return { epoch: copy.epoch, revision: copy.revision, count: copy.records.size, digest };
}
