import type { Conflict, Fields, Mutation, WireError } from "../protocol.ts";
import type { KeptStatus } from "./types.ts";

/**
 * What the user saw when asking for a delete: the version is settled when it may go (R8). Of a restore what the record
 * last held.
 */
export interface Seen {
  readonly version: number;
  readonly fields: Fields;
}

export interface Kept {
  readonly status: KeptStatus;
  readonly error: WireError;
  readonly conflicts?: Readonly<Record<string, Conflict>>;
  /** it may not go again under its own id: that is decided, or too old, or its content has changed since */
  readonly renew: boolean;
}

/** A mutation as it lies on disk. */
export interface StoredEntry {
  /** the store's own key, which is the order; undefined until first written */
  key?: number;
  /** the outbox (tab) it belongs to */
  owner: string;
  grid: string;
  mutation: Mutation;
  /** when it was marked sent, ms since 1970; from then on its id and content never change */
  sentAt?: number;
  seen?: Seen;
  kept?: Kept;
  /** an undo or a redo: where it no longer finds what it goes back from, it is let go, and told */
  undo?: boolean;
}

/** Grids that have something in an outbox, by what it waits for: the server, or the user. */
export interface Waiting {
  readonly unsent: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Where an outbox lies. `write` is one transaction, durable when it resolves: all of it or nothing. It gives each
 * new entry its `key`.
 *
 * An entry that another tab has adopted meanwhile is left alone; `write` resolves with the mutation ids of such.
 */
export interface OutboxStorage {
  /** false: memory only */
  readonly durable: boolean;
  /** This tab's outbox id. */
  readonly owner: string;
  /** All entries of the grid that this tab owns or may adopt, in key order. */
  load(grid: string): Promise<StoredEntry[]>;
  /** Rejects where nothing can be written now, and says why: so that it is known before anything is to be kept. */
  probe(): Promise<void>;
  /**
   * Takes over what other tabs have not sent, of all grids, as soon as they are gone and if it is `wanted` then; told
   * by `onMoved`. A tab that has left only what waits for its user is left to the next page.
   */
  inherit(wanted: () => boolean): Promise<void>;
  /** The grids that have mutations, whichever tab made them. */
  grids(): Promise<Waiting>;
  write(puts: readonly StoredEntry[], deletes: readonly StoredEntry[]): Promise<readonly string[]>;
  /** `fn` when another tab has taken over what was this one's, or this one what another left: `load` tells what is. */
  onMoved(fn: () => void): () => void;
}

/** The grids of some entries: of those that still have to go, and of those put aside for the user. */
export function gridsOf(entries: Iterable<StoredEntry>): Waiting {
  const unsent = new Set<string>();
  const kept = new Set<string>();
  for (const entry of entries) (entry.kept === undefined ? unsent : kept).add(entry.grid);
  return { unsent: [...unsent], kept: [...kept] };
}
