import type { Page } from "../../protocol.ts";
import type { Pages, Place } from "../pages.ts";
import type { Weather } from "./network.ts";
import type { TabTime } from "./timeline.ts";

const SILENT_MS = 15_000;

/** Pages by HTTP as a bad network has them: not there, late, all of one moment or each of its own, broken off, stuck. */
export function streams(weather: Weather, tab: TabTime): Pages {
  return (from, cut) => stream(weather, tab, from, cut.signal);
}

async function* stream(
  weather: Weather,
  tab: TabTime,
  { epoch, since }: Place,
  cut: AbortSignal,
): AsyncGenerator<Page> {
  const { time } = weather;
  const isUnlucky = (probability: number): boolean => weather.bad && time.chance(probability);
  const travel = (): Promise<void> =>
    pass(tab, isUnlucky(0.3) ? time.between(100, 3_000) : time.between(1, 60), cut);
  await travel();
  if (isUnlucky(0.1)) await pass(tab, SILENT_MS, cut);
  if (isUnlucky(0.1) || weather.denied !== null || weather.anyServer() === null) throw new Error("refused");
  // What is kept of a revision is given to all who ask at it, also while there are later ones.
  const { server } = weather;
  const source = time.chance(0.5) ? server.still() : server;
  let from = { epoch, since };
  for (let more = true; more;) {
    const page = structuredClone(source.page(from.epoch, from.since));
    await travel();
    if (isUnlucky(0.05)) await pass(tab, SILENT_MS, cut);
    if (isUnlucky(0.1) || weather.anyServer() === null) throw new Error("broken off");
    yield page;
    if (isUnlucky(0.03)) return;
    from = { epoch: page.epoch, since: page.to };
    ({ more } = page);
  }
}

/** Throws when it is cut. */
async function pass(tab: TabTime, ms: number, cut: AbortSignal): Promise<void> {
  if (!cut.aborted)
    await new Promise<void>((resolve) => {
      const cancel = tab.after(ms, resolve);
      cut.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  cut.throwIfAborted();
}
