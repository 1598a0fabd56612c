import type { FieldDescription, Json } from "../../protocol.ts";

/** What stands in an open editor: its text, and the value its user saw when it opened (R8). */
export class Draft {
  constructor(
    readonly field: FieldDescription,
    readonly text: string,
    readonly was: Json,
    /** the text that stands for `was`: equal means that there is nothing to do, whatever the form */
    readonly untouched: string,
  ) {}
}

/** A draft that was not accepted, told to the editor that holds it. */
export class Rejected extends Error {
  override readonly name = "Rejected";
  constructor(
    readonly id: string,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Rejection {
  readonly why: string;
}

const keyOf = (id: string, field: string): string => `${id} ${field}`;

/** The open editors of one pane: why a draft was not accepted, and with what text one is to open. */
export class Edits {
  readonly #problems = new Map<string, Rejection>();
  readonly #openings = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  };

  /** Another object each time that a draft is rejected, also for the same reason. */
  problem(id: string, field: string): Rejection | null {
    return this.#problems.get(keyOf(id, field)) ?? null;
  }

  reject(id: string, field: string, why: string): void {
    this.#problems.set(keyOf(id, field), { why });
    this.#tell();
  }

  accept(id: string, field: string): void {
    if (this.#problems.delete(keyOf(id, field))) this.#tell();
  }

  /** The next editor of this cell opens with `text`, a value that was not taken. */
  openWith(id: string, field: string, text: string): void {
    this.#openings.set(keyOf(id, field), text);
  }

  opening(id: string, field: string): string | null {
    return this.#openings.get(keyOf(id, field)) ?? null;
  }

  close(id: string, field: string): void {
    this.#openings.delete(keyOf(id, field));
    this.accept(id, field);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
