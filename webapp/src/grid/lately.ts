import type { News } from "../sync/types.ts";

/** As long as a flash lasts: gridStyle.ts. */
export const FRESH_MS = 2_000;

/** More at a time are neither calm nor cheap, and nobody can follow them. */
export const MOST_FLASHES = 12;

/** When news came, for flashes; and who deleted what is still to be seen. */
export class Lately {
  readonly #came = new WeakMap<News, number>();
  #flashes: number[] = [];
  readonly #deleters = new Map<string, string>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  note(news: readonly News[], isOnPage: (id: string) => boolean): void {
    const now = this.#now();
    this.#flashes = this.#flashes.filter((came) => now - came < FRESH_MS);
    for (const each of news) {
      if (each.kind !== "delete") this.#deleters.delete(each.id);
      if (!isOnPage(each.id)) continue;
      if (each.kind === "delete") this.#deleters.set(each.id, each.author.name);
      else if (this.#flashes.length < MOST_FLASHES) {
        this.#came.set(each, now);
        this.#flashes.push(now);
      }
    }
  }

  /** Whether it came so lately that it is to be seen. */
  isFresh(news: News): boolean {
    return this.#now() - (this.#came.get(news) ?? -Infinity) < FRESH_MS;
  }

  deleterOf(id: string): string | null {
    return this.#deleters.get(id) ?? null;
  }
}
