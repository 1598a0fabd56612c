import type { Cell, Presence as Wired } from "../protocol.ts";
import type { Clock } from "./clock.ts";
import { Subscribers } from "./subscribers.ts";
import { Whereabouts } from "./whereabouts.ts";
import type { Wire } from "./wire.ts";

/** Somebody else's session in a grid; one person may have several. */
export type Person = Exclude<Wired, { readonly gone: true }>;

const NOBODY: readonly Person[] = [];

const sameList = (a: readonly Person[], b: readonly Person[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

/** Who else is in a grid, and at which cell. Nothing of it is kept. */
export class Presence {
  private readonly people = new Map<string, Person>();
  private readonly listeners = new Subscribers<void>();
  private readonly whereabouts: Whereabouts;
  private everybody = NOBODY;
  /** by record */
  private places: ReadonlyMap<string, readonly Person[]> = new Map();
  /** of this tab; null: not joined */
  private session: string | null = null;
  /** announced while `join_grid` was on its way, whose answer may be older */
  private early: Wired[] = [];

  constructor(grid: string, wire: Wire, clock: Clock) {
    this.whereabouts = new Whereabouts(grid, wire, clock);
  }

  /** Everybody else who has joined, in the order in which they came. Another array when something changes. */
  others(): readonly Person[] {
    return this.everybody;
  }

  /** Those at a record's cells; the same array until they are others, or elsewhere. */
  at(id: string): readonly Person[] {
    return this.places.get(id) ?? NOBODY;
  }

  subscribe(fn: () => void): () => void {
    return this.listeners.add(fn);
  }

  /** Where the user of this tab is. */
  set(cell: Cell | null, editing: boolean): void {
    this.whereabouts.set(cell, editing);
  }

  // ---- what the session brings

  joined(session: string, room: readonly Wired[]): void {
    this.session = session;
    this.take([...room, ...this.early]);
    this.early = [];
    this.whereabouts.session(true);
  }

  announced(sessions: readonly Wired[]): void {
    if (this.session === null) this.early.push(...sessions);
    else this.take(sessions);
  }

  /** Nobody is known to be here. */
  left(): void {
    this.whereabouts.session(false);
    this.session = null;
    this.early = [];
    if (this.people.size === 0) return;
    this.people.clear();
    this.publish();
  }

  private take(sessions: readonly Wired[]): void {
    const others = sessions.filter(({ session }) => session !== this.session);
    if (others.length === 0) return; // what is told of oneself, with each cell that one goes to
    for (const person of others) {
      if ("gone" in person) this.people.delete(person.session);
      else this.people.set(person.session, person);
    }
    this.publish();
  }

  private publish(): void {
    const places = new Map<string, Person[]>();
    for (const person of this.people.values()) {
      if (person.cell === null) continue;
      const there = places.get(person.cell.id);
      if (there === undefined) places.set(person.cell.id, [person]);
      else there.push(person);
    }
    const before = this.places;
    const kept = (id: string, now: readonly Person[]) => {
      const then = before.get(id);
      return then !== undefined && sameList(then, now) ? then : now;
    };
    this.places = new Map([...places].map(([id, now]) => [id, kept(id, now)]));
    this.everybody = [...this.people.values()];
    this.listeners.tell();
  }
}
