import { onWindow } from "./surroundings.ts";

/**
 * Small texts that a browser profile keeps by name, for all tabs of it: in `localStorage`. Where that is switched off
 * or full, or is not to be used, for as long as the page lives.
 */
export class Notes {
  private readonly memory = new Map<string, string>();

  constructor(
    /** what is kept of one server is not what is kept of another */
    private readonly prefix = "tandem.",
    private readonly isKept = true,
  ) {}

  read(name: string): string | null {
    return this.memory.get(name) ?? this.kept((storage) => storage.getItem(this.prefix + name));
  }

  write(name: string, text: string): void {
    const isWritten = this.kept((storage) => {
      storage.setItem(this.prefix + name, text);
      return true;
    });
    if (isWritten === true) this.memory.delete(name);
    else this.memory.set(name, text);
  }

  forget(name: string): void {
    this.memory.delete(name);
    this.kept((storage) => storage.removeItem(this.prefix + name));
  }

  /** `fn` when another tab has written that. */
  onOther(name: string, fn: () => void): () => void {
    if (!this.isKept) return () => {};
    return onWindow("storage", (event) => (event as StorageEvent).key === this.prefix + name && fn());
  }

  private kept<T>(ask: (storage: Storage) => T): T | null {
    try {
      return this.isKept ? ask(localStorage) : null;
    } catch {
      return null; // switched off in this browser, or full
    }
  }
}
