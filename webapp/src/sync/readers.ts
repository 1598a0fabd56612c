import { Subscribers } from "./subscribers.ts";
import type { News } from "./types.ts";

interface Reading {
  readonly subscribers: Subscribers<void>;
  /** by field: who changed it last, where that was somebody else and is known */
  readonly news: Map<string, News>;
}

/** Who reads which record; and the latest news of those that are read, so that it takes no more memory than they do. */
export class Readers {
  private readonly records = new Map<string, Reading>();

  subscribe(id: string, fn: () => void): () => void {
    const reading = this.records.get(id) ?? { subscribers: new Subscribers<void>(), news: new Map() };
    this.records.set(id, reading);
    const off = reading.subscribers.add(fn);
    return () => {
      off();
      if (reading.subscribers.size === 0 && this.records.get(id) === reading) this.records.delete(id);
    };
  }

  tell(id: string): void {
    this.records.get(id)?.subscribers.tell();
  }

  tellAll(): void {
    for (const { subscribers } of [...this.records.values()]) subscribers.tell();
  }

  latest(id: string): ReadonlyMap<string, News> | undefined {
    const news = this.records.get(id)?.news;
    return news === undefined || news.size === 0 ? undefined : news;
  }

  /** A change has come. What this tab did itself is no news, and the end of older ones. */
  note(news: News, isOwn: boolean): void {
    const held = this.records.get(news.id)?.news;
    if (held === undefined) return;
    if (news.kind !== "update") held.clear();
    for (const field of news.fields) {
      if (isOwn) held.delete(field);
      else held.set(field, news);
    }
  }

  /** Nobody knows who made this record what it is now. */
  forget(id: string): void {
    this.records.get(id)?.news.clear();
  }

  forgetAll(): void {
    for (const { news } of this.records.values()) news.clear();
  }
}
