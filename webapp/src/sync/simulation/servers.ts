import type { AnnouncementName, Announcements, Author, Mutation, Result } from "../../protocol.ts";
import type { NetworkWire } from "./network.ts";
import type { ServerModel } from "./serverModel.ts";
import type { Timeline } from "./timeline.ts";

/** Where a server may be killed that works on mutations. */
export const POINTS = ["validation", "commit", "announcement", "acknowledgement"] as const;
export type Point = (typeof POINTS)[number];

const COMPARE_MS = 5_000;
const HEAD_EVERY = 3;
const HEAD_AFTER_MS = 1_000;

/** Its server has died: no answer will come. */
export class Died extends Error {
  override readonly name = "Died";
}

/** One server process of several on one store, with a sequencer of its own that hears of the others' commits late. */
export class ServerProcess {
  readonly members = new Set<NetworkWire>();
  /** connected, joined or not */
  readonly wires = new Set<NetworkWire>();
  isUp = true;
  /** it is killed before the next mutations that it works on are so far, and comes back after `ms` */
  doom: { readonly before: Point; readonly ms: number } | null = null;
  /** how far it has announced; null as long as nobody is there to be told */
  private told: { epoch: string; revision: number; definition: number } | null = null;
  private looks = 0;

  constructor(
    private readonly time: Timeline,
    private readonly store: ServerModel,
    private readonly others: () => readonly ServerProcess[],
    private readonly isBad: () => boolean,
  ) {
    this.compare();
  }

  join(wire: NetworkWire): void {
    this.members.add(wire);
    this.told ??= this.store.head();
  }

  leave(wire: NetworkWire): void {
    this.members.delete(wire);
    if (this.members.size === 0) this.told = null;
  }

  tell<A extends AnnouncementName>(name: A, payload: Announcements[A]): void {
    for (const wire of this.members) wire.deliver(name, payload);
  }

  /** Throws `Died`. */
  mutate(mutations: readonly Mutation[], author: Author): Result[] {
    this.mayDie("validation");
    if (this.doom?.before === "commit") {
      this.store.rollBack(() => this.store.judgeAll(mutations, author));
      this.mayDie("commit");
    }
    const results = this.store.judgeAll(mutations, author);
    this.mayDie("announcement");
    this.sequence();
    for (const other of this.others()) if (other !== this) other.hint();
    this.mayDie("acknowledgement");
    return results;
  }

  /** Somebody says that there is something new; who does not hear it compares later. */
  hint(): void {
    if (this.isBad() && this.time.chance(0.3)) return;
    const ms = this.isBad() ? this.time.between(0, 3_000) : this.time.between(1, 60);
    this.time.after(ms, () => this.sequence());
  }

  /** All that was under way is gone with it. */
  die(ms: number): void {
    this.isUp = false;
    this.doom = null;
    for (const wire of [...this.wires]) wire.drop();
    this.told = null;
    this.time.after(ms, () => (this.isUp = true));
  }

  private mayDie(before: Point): void {
    if (this.doom?.before !== before) return;
    this.die(this.doom.ms);
    throw new Died();
  }

  /** Announces what of the store's changes it has not announced yet. */
  private sequence(): void {
    const { told, store, time } = this;
    if (told === null) return;
    const head = store.head();
    const { definition } = head;
    if (definition !== told.definition) this.tell("grid_changed", { grid: head.grid, definition });
    this.told = head;
    if (head.epoch !== told.epoch || told.revision < store.floor) return this.tell("head", head);
    if (head.revision <= told.revision) return;
    // A range may be told again later as part of a longer one.
    const back = this.isBad() && time.chance(0.3) ? time.between(1, 12) : 0;
    this.tell("changes", store.range(Math.max(store.floor, told.revision - back)));
    time.after(HEAD_AFTER_MS, () => this.told !== null && this.tell("head", store.head()));
  }

  private compare(): void {
    this.time.after(COMPARE_MS, () => {
      this.compare();
      this.sequence();
      this.looks += 1;
      if (this.looks % HEAD_EVERY === 0 && this.told !== null) this.tell("head", this.store.head());
    });
  }
}
