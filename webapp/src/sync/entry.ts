import type { Fields, Json, Mutation, Result } from "../protocol.ts";
import type { StoredEntry } from "./storage.ts";

/**
 * `waiting`: never sent, may still be folded. `sending`: being marked sent, or in flight. `unanswered`: sent, goes
 * again under its id. `acknowledged`: decided, shown over the copy until that holds it (R7).
 */
export type Phase = "waiting" | "sending" | "unanswered" | "acknowledged";

/** A mutation in memory: what lies on disk, and what a reload may forget. */
export class Entry {
  phase: Phase;
  result: Result | null = null;
  /** the copy holds its change already, so showing it over the copy would hide later ones */
  inCopy = false;
  failures = 0;
  /** goes in a batch of its own: its last batch could not be judged */
  alone = false;
  /** the copy's epoch when it was asked for again because its result named another one */
  askedIn: string | null = null;
  /** its user has taken it back before it was sent */
  takenBack = false;
  /** fields whose `was` the user saw stored, not pending: no earlier edit's outcome changes it */
  readonly seenStored = new Set<string>();

  constructor(readonly stored: StoredEntry) {
    this.phase = stored.sentAt === undefined ? "waiting" : "unanswered";
  }

  get id(): string {
    return this.stored.mutation.mutation_id;
  }

  get record(): string {
    return this.stored.mutation.id;
  }

  get mutation(): Mutation {
    return this.stored.mutation;
  }

  get type(): Mutation["type"] {
    return this.stored.mutation.type;
  }

  get fields(): Fields {
    return "fields" in this.stored.mutation ? this.stored.mutation.fields : {};
  }

  get was(): Fields {
    return (this.stored.mutation.type === "update_record" && this.stored.mutation.was) || {};
  }

  get undo(): boolean {
    return this.stored.undo === true;
  }

  /** Not put aside for the user. */
  get open(): boolean {
    return this.stored.kept === undefined;
  }

  get undecided(): boolean {
    return this.open && this.phase !== "acknowledged";
  }

  get waiting(): boolean {
    return this.open && this.phase === "waiting";
  }

  /** No longer put aside: it goes again, under its id. */
  revive(): void {
    delete this.stored.kept;
    this.failures = 0;
    this.alone = false;
    this.phase = this.stored.sentAt === undefined ? "waiting" : "unanswered";
  }

  /** Whether it has a say in this field; what adds, deletes or restores has one in all. */
  covers(field: string): boolean {
    return this.type !== "update_record" || field in this.fields;
  }

  /** Whether the two, of one record, may not be in one batch. */
  shares(other: Entry): boolean {
    if (this.type !== "update_record" || other.type !== "update_record") return true;
    return Object.keys(other.fields).some((field) => field in this.fields);
  }

  /** What a later edit of this field has to name as `was` (R8, chained edits). */
  leaves(field: string): Json {
    const stored = this.result?.fields;
    if (stored && field in stored) return stored[field] ?? null;
    return this.fields[field] ?? null;
  }
}
