/** Functions to be told; one may leave or come while they are told. */
export class Subscribers<T> {
  private readonly fns = new Set<{ readonly fn: (news: T) => void }>();

  private telling = false;

  get size(): number {
    return this.fns.size;
  }

  add(fn: (news: T) => void): () => void {
    const entry = { fn };
    this.fns.add(entry);
    return () => void this.fns.delete(entry);
  }

  tell(news: T): void {
    for (const entry of [...this.fns]) if (this.fns.has(entry)) entry.fn(news);
  }

  /** The same once for all that one step does: a paste may be thousands of edits. */
  tellSoon(news: T): void {
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      this.tell(news);
    });
  }
}
