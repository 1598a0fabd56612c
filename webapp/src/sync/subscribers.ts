/** Functions to be told; one may leave or come while they are told. */
export class Subscribers<T> {
  private readonly fns = new Set<{ readonly fn: (news: T) => void }>();

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
}
