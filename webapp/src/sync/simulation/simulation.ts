import type { Answer, Author, Fields, Mutation, Payload, RequestName, Result } from "../../protocol.ts";
import type { Line } from "../copyStorage.ts";
import type { Entry } from "../entry.ts";
import { Replica } from "../replica.ts";
import type { StoredEntry } from "../storage.ts";
import { sameFields } from "../values.ts";
import { SlowCopies, type CopiesDisk, type KeptCopy } from "./copies.ts";
import { ProfileDisk, SlowStorage } from "./disk.ts";
import { NetworkWire, Weather } from "./network.ts";
import { GRID, ServerModel } from "./serverModel.ts";
import { Timeline } from "./timeline.ts";

/** Two tabs of one browser profile, and one of another. */
const PROFILES = [0, 0, 1];
/** By then heads have come many times and every backoff is over. */
const CALM_MS = 400_000;
const HEAD_MS = 15_000;

/** Its result was of another epoch: it counts as unanswered, and may end as anything that is not answered (R7, R10). */
function isAskedAgain({ askedIn, result }: Entry): boolean {
  return askedIn !== null && result === null;
}

/** One open tab: the client's real code on a model network and disk. */
class Tab {
  readonly replica: Replica;
  readonly wire: NetworkWire;
  readonly storage: SlowStorage;
  readonly copies: SlowCopies;
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
    this.copies = new SlowCopies(name, disk, time);
    this.copies.audit = (copy) => simulation.checkCopy(copy);
    const { wire, storage, copies } = this;
    this.replica = new Replica({ grid: GRID, wire, storage, copies, clock: time });
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
    this.copies.close();
  }

  /** After every event: what must hold at all times. */
  check(): void {
    const { state, revision, count } = this.replica.status();
    if (state === "complete" || state === "kept") this.wasComplete = true;
    if (state === "kept") this.checkKept();
    const emptied = this.wasComplete && state === "filling" && revision === 0;
    if (emptied) this.simulation.broken("R9: a copy is shown that is still filling from 0");
    if (count !== this.told.size)
      this.simulation.broken(`onChanges told of ${this.told.size} ids, there are ${count}`);
    for (const [id, result] of this.results) {
      const entry = this.replica["outbox"].get(id);
      if (entry === undefined) this.checkEnded(id, result);
      else if (!entry.open || isAskedAgain(entry)) this.results.delete(id); // another answer decides, or the user
    }
  }

  /** What is shown from this device is what the server had at some time. */
  private checkKept(): void {
    const { epoch, cursor, records, complete } = this.replica["sync"].follower.copy!;
    const then = this.simulation.server.past.get(`${epoch}:${cursor}`);
    if (complete && !isEqual(records, then))
      this.simulation.broken(`shown from the disk: never so at ${cursor}`);
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

function isEqual(
  records: ReadonlyMap<string, Pick<Line, "version" | "fields">>,
  then: ReadonlyMap<string, { readonly version: number; readonly fields: Fields }> | undefined,
): boolean {
  if (then?.size !== records.size) return false;
  return [...then].every(([id, { version, fields }]) => {
    const held = records.get(id);
    return held?.version === version && sameFields(held.fields ?? {}, fields);
  });
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
    for (const { kept } of this.disks) kept.hasLocks = this.time.chance(0.7);
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

  /** The power is cut under a browser, which opens its tabs again; the copies on its disk are what `alter` makes of them. */
  cutPower(slot: number, alter: (copies: CopiesDisk) => void): void {
    const profile = PROFILES[slot % this.tabs.length]!;
    const slots = [...PROFILES.keys()].filter((each) => PROFILES[each] === profile);
    for (const each of slots) this.tab(each).close();
    alter(this.disks[profile]!.kept);
    for (const each of slots) this.open(each);
  }

  /** A copy on disk is at every moment what the server had at its revision, record by record. */
  checkCopy({ head, lines, isDamaged }: KeptCopy): void {
    if (isDamaged) return; // told by its digest when it is read
    const where = `${head.epoch}:${head.revision}`;
    const latest = new Map(lines.map((line) => [line.id, line]));
    const live = new Map([...latest].filter(([, { fields }]) => fields !== null));
    if (!isEqual(live, this.server.past.get(where)))
      this.broken(`R5: the copy on disk is not what the server had at ${where}: ${JSON.stringify(lines)}`);
    if (live.size !== head.count) this.broken(`the copy on disk has ${live.size} records, not ${head.count}`);
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
    for (const { kept } of this.disks) if (!kept.wasLate) this.checkDisk(kept.copies.get(GRID));
    for (const [id, content] of this.server.received) {
      if (this.server.timesApplied(id) > 1) this.broken(`R3: ${id} was applied more than once`);
      if ((this.emitted.get(id) ?? content) !== content)
        this.broken(`R10: ${id} arrived with another content`);
    }
    for (const id of this.emitted.keys())
      if (!this.explained(id)) this.broken(`${id} was sent, and nobody knows what became of it`);
  }

  private checkDisk(copy: KeptCopy | undefined): void {
    const { epoch, revision, definition } = this.server.head();
    if (copy === undefined) return this.broken("no copy is kept at rest");
    this.checkCopy(copy);
    const { head } = copy;
    const isLatest = head.epoch === epoch && head.revision === revision;
    if (!isLatest || head.grid.definition !== definition)
      this.broken(
        `the copy on disk stands at ${head.epoch}:${head.revision}, the server at ${epoch}:${revision}`,
      );
  }

  private explained(id: string): boolean {
    const kept = this.disks.some((disk) =>
      [...disk.entries.values()].some((e) => e.mutation.mutation_id === id && e.kept),
    );
    return kept || this.settled.has(id) || this.server.everDecided.has(id);
  }
}
