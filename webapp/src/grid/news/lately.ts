import type { News } from "../../sync/types.ts";

/** As long as a flash lasts: gridStyle.ts. */
export const FRESH_MS = 2_000;
/** More at a time are neither calm nor cheap, and nobody can follow them. */
export const MOST_FLASHES = 12;
/** Records that others made and that are not on screen yet. */
const MOST_ADDED = 500;

/** What others did that is to be seen for a moment; and who deleted what is still there. */
export class Lately {
  /** when its flash began */
  readonly #began = new WeakMap<News, number>();
  #flashes: number[] = [];
  readonly #added = new Map<string, News>();
  readonly #deleters = new Map<string, string>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  note(news: readonly News[], isOnPage: (id: string) => boolean): void {
    for (const each of news) {
      const { id, kind, author } = each;
      if (kind !== "delete") this.#deleters.delete(id);
      else if (isOnPage(id)) this.#deleters.set(id, author.name);
      this.#added.delete(id);
      if (kind === "add") this.#remember(each);
      else if (kind === "update" && isOnPage(id)) this.#begin(each);
    }
  }

  /** Whether it is to be seen now. */
  isFresh(news: News): boolean {
    return this.#now() - (this.#began.get(news) ?? -Infinity) < FRESH_MS;
  }

  /** By whom a record was made, for as long as its row flashes: from when it is first asked for, which is when it shows. */
  added(id: string): News | undefined {
    const news = this.#added.get(id);
    if (news === undefined) return undefined;
    if (!this.#began.has(news)) this.#begin(news);
    if (this.isFresh(news)) return news;
    this.#added.delete(id);
    return undefined;
  }

  deleterOf(id: string): string | null {
    return this.#deleters.get(id) ?? null;
  }

  #begin(news: News): void {
    const now = this.#now();
    this.#flashes = this.#flashes.filter((began) => now - began < FRESH_MS);
    if (this.#flashes.length >= MOST_FLASHES) return;
    this.#began.set(news, now);
    this.#flashes.push(now);
  }

  #remember(news: News): void {
    this.#added.set(news.id, news);
    const [oldest] = this.#added.keys();
    if (this.#added.size > MOST_ADDED && oldest !== undefined) this.#added.delete(oldest);
  }
}
