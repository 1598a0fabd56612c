import type { Answer, Author, Mutation, Payload, RequestName, Result } from "../../protocol.ts";
import { Replica } from "../replica.ts";
import type { StoredEntry } from "../storage.ts";
import { sameFields } from "../values.ts";
import { ProfileDisk, SlowStorage } from "./disk.ts";
import { NetworkWire, Weather } from "./network.ts";
import { GRID, ServerModel } from "./serverModel.ts";
import { Timeline } from "./timeline.ts";

/** Two tabs of one browser profile, and one of another. */
const PROFILES = [0, 0, 1];
/** By then heads have come many times and every backoff is over. */
const CALM_MS = 400_000;
const HEAD_MS = 15_000;

/** One open tab: the client's real code on a model network and disk. */
class Tab {
  readonly replica: Replica;
  readonly wire: NetworkWire;
  readonly storage: SlowStorage;
  /** `ids()` as told by `onChanges` alone */
  private readonly told = new Set<string>();
  private wasComplete = false;
  /** results that have come, of mutations whose overlay has not ended yet */
  private readonly results = new Map<string, Result>();

  constructor(
    private readonly simulation: Simulation,
    name: string,
    private readonly disk: ProfileDisk,
  ) {
    const { time, weather } = simulation;
    const author: Author = { id: name, name };
    this.wire = new NetworkWire(weather, author);
    this.storage = new SlowStorage(name, disk, time);
    this.replica = new Replica({ grid: GRID, wire: this.wire, storage: this.storage, clock: time });
    this.wire.audit = (event, payload) => this.auditRequest(event, payload);
    this.wire.answered = (event, answer) => {
      if (event === "mutate")
        (answer as Answer<"mutate">).results.forEach((result) =>
          this.results.set(result.mutation_id, result),
        );
    };
    this.storage.audit = (deleted) => deleted.forEach((entry) => this.auditDelete(entry));
    this.replica.onChanges((changes) => {
      if (changes.kind === "reset") {
        this.told.clear();
        for (const id of this.replica.ids()) this.told.add(id);
        return;
      }
      for (const id of changes.added) this.told.add(id);
      for (const id of changes.removed) this.told.delete(id);
    });
    this.replica.onNews((news) => {
      if (news.some((item) => item.author.id === name)) simulation.broken("told of its own edit as news");
    });
    void this.replica.start();
  }

  close(): void {
    this.replica.stop();
    this.wire.close();
    this.storage.close();
  }

  /** After every event: what must hold at all times. */
  check(): void {
    const { state, revision, count } = this.replica.status();
    if (state === "complete") this.wasComplete = true;
    const emptied = this.wasComplete && state === "filling" && revision === 0;
    if (emptied) this.simulation.broken("R9: a copy is shown that is still filling from 0");
    if (count !== this.told.size)
      this.simulation.broken(`onChanges told of ${this.told.size} ids, there are ${count}`);
    for (const [id, result] of this.results) {
      const entry = this.replica["outbox"].get(id);
      if (entry === undefined) this.checkEnded(id, result);
      else if (!entry.open) this.results.delete(id); // asked for again, and now the user's to settle
    }
  }

  /** An overlay has just ended: then the copy holds its change, in the epoch that the server made it in (R7). */
  private checkEnded(id: string, result: Result): void {
    this.results.delete(id);
    if (result.status !== "applied" && result.status !== "noop") return;
    const { state, epoch, revision } = this.replica.status();
    const held = state === "complete" && epoch === result.epoch && revision >= (result.revision ?? 0);
    // Else a result of an older epoch that was asked for again: true of this one as well.
    const known = epoch === this.simulation.server.epoch && this.simulation.server.outcome(id) !== undefined;
    if (!held && !known)
      this.simulation.broken(
        `R7: the overlay of ${result.epoch}:${result.revision} ended at ${epoch}:${revision}, ${state}`,
      );
  }

  private auditRequest<E extends RequestName>(event: E, payload: Payload<E>): void {
    if (event !== "mutate") return;
    const { mutations } = payload as Payload<"mutate">;
    const { simulation } = this;
    for (const mutation of mutations) {
      const kept = [...this.disk.entries.values()].find(
        (entry) => entry.mutation.mutation_id === mutation.mutation_id,
      );
      const content = JSON.stringify(mutation);
      if (kept?.sentAt === undefined) simulation.broken("R10: emitted before it was marked sent on disk");
      if (JSON.stringify(kept?.mutation) !== content)
        simulation.broken("R10: emitted otherwise than it is on disk");
      const before = simulation.emitted.get(mutation.mutation_id);
      if (before !== undefined && before !== content)
        simulation.broken("R10: its content changed after it was first sent");
      simulation.emitted.set(mutation.mutation_id, content);
    }
    const clash = (a: Mutation, b: Mutation): boolean => {
      if (a === b || a.id !== b.id) return false;
      if (a.type !== "update_record" || b.type !== "update_record") return true;
      return Object.keys(a.fields).some((field) => field in b.fields);
    };
    if (mutations.some((a) => mutations.some((b) => clash(a, b))))
      simulation.broken("R10: two in one batch share a field");
  }

  /** What leaves the disk was decided, was put to the user, or was never sent. */
  private auditDelete(entry: StoredEntry): void {
    const { server, emitted, settled } = this.simulation;
    const id = entry.mutation.mutation_id;
    if (entry.kept !== undefined) settled.add(id);
    if (!emitted.has(id) || entry.kept !== undefined) return;
    if (!server.everDecided.has(id)) this.simulation.broken("R10: forgotten while its outcome is not known");
  }

  /** At rest: equal to a fresh snapshot, record by record, with nothing left to do. */
  checkAtRest(): void {
    const { replica, simulation } = this;
    const { state, revision, epoch, unsent, storing, repairs } = replica.status();
    const { server } = simulation;
    const head = server.head();
    const where = `${state} at ${epoch}:${revision}, server at ${head.epoch}:${head.revision}`;
    if (state !== "complete" || epoch !== head.epoch || revision !== head.revision)
      simulation.broken(`not caught up: ${where}`);
    if (unsent + storing > 0) simulation.broken(`${unsent} unsent, ${storing} not on disk at rest`);
    const left = [...this.disk.entries.values()].filter(
      (entry) => entry.owner === this.storage.owner && entry.kept === undefined,
    );
    if (left.length > 0)
      simulation.broken(`acknowledged and still in the outbox at rest: ${JSON.stringify(left)}, ${where}`);
    if (repairs > 0)
      simulation.broken("R13: it differed from the server and was repaired: something else is wrong");
    const live = server.live();
    const ids = [...live.keys()].sort();
    if (replica.ids().join() !== ids.join())
      simulation.broken(`shows ${replica.ids().length} records in some order, not ${ids.length}`);
    if ([...this.told].sort().join() !== ids.join()) simulation.broken("onChanges told of other ids");
    for (const [id, record] of live) {
      const view = replica.get(id);
      const equal =
        view?.version === record.version && !view.deleted && sameFields(view.fields, record.fields);
      if (!equal) simulation.broken(`record ${id}: ${JSON.stringify(view)} is not ${JSON.stringify(record)}`);
      if ((view?.pending.size ?? 0) > 0) simulation.broken(`record ${id}: still pending at rest`);
    }
  }
}

/** Everything in one place: a server, a network, disks, tabs, and what they are put through. */
export class Simulation {
  readonly time: Timeline;
  readonly server = new ServerModel();
  readonly weather: Weather;
  /** content of each mutation that was ever sent, by id */
  readonly emitted = new Map<string, string>();
  /** ids of what was put to the user, and settled */
  readonly settled = new Set<string>();
  readonly tabs: Tab[] = [];
  private failure: Error | null = null;
  private readonly disks = [new ProfileDisk(), new ProfileDisk()];
  private tabsOpened = 0;

  constructor(seed: number) {
    this.time = new Timeline(seed);
    this.weather = new Weather(this.time, this.server);
    PROFILES.forEach((_, slot) => this.open(slot));
    const beat = (): void => {
      this.weather.tell("head", this.server.head());
      this.time.after(HEAD_MS, beat);
    };
    beat();
  }

  /** Thrown where it is seen, and again at the end of the step: where it is seen may be inside the client. */
  broken(what: string): never {
    this.failure ??= new Error(`${what} (virtual time ${this.time.now()})`);
    throw this.failure;
  }

  tab(slot: number): Tab {
    return this.tabs[slot % this.tabs.length]!;
  }

  /** Closes a tab and opens another on the same disk. */
  reload(slot: number): void {
    this.tab(slot).close();
    this.open(slot % this.tabs.length);
  }

  private open(slot: number): void {
    this.tabs[slot] = new Tab(this, `tab${++this.tabsOpened}`, this.disks[PROFILES[slot]!]!);
  }

  async pass(ms: number): Promise<void> {
    await this.time.pass(ms, () => {
      for (const tab of this.tabs) tab.check();
      if (this.failure !== null) throw this.failure;
    });
  }

  /** The network heals; once all is quiet, everything must be equal and explained. */
  async comeToRest(): Promise<void> {
    this.weather.bad = false;
    await this.pass(CALM_MS);
    for (const tab of this.tabs) tab.checkAtRest();
    for (const [id, content] of this.server.received) {
      if (this.server.timesApplied(id) > 1) this.broken(`R3: ${id} was applied more than once`);
      if ((this.emitted.get(id) ?? content) !== content)
        this.broken(`R10: ${id} arrived with another content`);
    }
    for (const id of this.emitted.keys())
      if (!this.explained(id)) this.broken(`${id} was sent, and nobody knows what became of it`);
  }

  private explained(id: string): boolean {
    const kept = this.disks.some((disk) =>
      [...disk.entries.values()].some((e) => e.mutation.mutation_id === id && e.kept),
    );
    return kept || this.settled.has(id) || this.server.everDecided.has(id);
  }
}
