import type { Answer, Author, ErrorCode, Mutation, Payload, RequestName, Result } from "../../protocol.ts";
import type { Entry } from "../entry.ts";
import { Replica } from "../replica.ts";
import type { NotTaken } from "../step.ts";
import type { StoredEntry } from "../storage.ts";
import type { News } from "../types.ts";
import { sameFields } from "../values.ts";
import { SlowCopies } from "./copies.ts";
import { SlowStorage, type ProfileDisk } from "./disk.ts";
import { isEqual } from "./equal.ts";
import { NetworkWire } from "./network.ts";
import { GRID } from "./serverModel.ts";
import type { Simulation } from "./simulation.ts";
import { streams } from "./streams.ts";
import { TabTime } from "./timeline.ts";

/** Answers without a result that say nothing of a mutation. */
const UNDECIDING: ReadonlySet<ErrorCode> = new Set([
  "unauthorized",
  "forbidden",
  "unsupported_protocol",
  "not_joined",
  "rate_limited",
  "busy",
]);

/** Its result was of another epoch: it counts as unanswered, and may end as anything that is not answered (R7, R10). */
function isAskedAgain({ askedIn, result }: Entry): boolean {
  return askedIn !== null && result === null;
}

/** One open tab: the client's real code on a model network and disk. */
export class Tab {
  readonly replica: Replica;
  readonly wire: NetworkWire;
  readonly storage: SlowStorage;
  readonly copies: SlowCopies;
  readonly time: TabTime;
  /** `ids()` as told by `onChanges` alone */
  private readonly told = new Set<string>();
  private state = "waiting";
  /** mutation ids of what was announced, by revision */
  private readonly heard = new Map<number, string>();
  /** results that have come, of mutations whose overlay has not ended yet */
  private readonly results = new Map<string, Result>();

  constructor(
    private readonly simulation: Simulation,
    name: string,
    private readonly disk: ProfileDisk,
  ) {
    const { weather } = simulation;
    const author: Author = { id: name, name };
    const time = (this.time = new TabTime(simulation.time));
    this.wire = new NetworkWire(weather, author, time);
    this.storage = new SlowStorage(name, disk, time);
    this.copies = new SlowCopies(name, disk, time);
    this.copies.audit = (copy) => simulation.checkCopy(copy);
    const { wire, storage, copies } = this;
    const pages = streams(weather, time);
    this.replica = new Replica({ grid: GRID, wire, storage, copies, pages, clock: time });
    this.wire.audit = (event, payload) => this.auditRequest(event, payload);
    this.wire.answered = (event, answer) => {
      if (event === "mutate")
        (answer as Answer<"mutate">).results.forEach((result) => {
          this.results.set(result.mutation_id, result);
          if (this.owns(result.mutation_id)) simulation.answers.set(result.mutation_id, result);
        });
    };
    this.wire.on("changes", ({ changes }) => {
      for (const [revision, , , , , mutationId] of changes) this.heard.set(revision, mutationId);
    });
    this.storage.audit = (puts, deleted) => {
      for (const { kept, mutation } of puts) {
        if (kept) simulation.reported.add(mutation.mutation_id);
        if (kept && UNDECIDING.has(kept.error.code))
          simulation.broken(`R10: ${kept.error.code} decides nothing, and it was put aside`);
      }
      deleted.forEach((entry) => this.auditDelete(entry));
    };
    this.auditTold();
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
      // But of one that it was told is not saved, and settled: the server had it all the same. And what another tab has
      // adopted is that one's, even where this one had asked for it before it heard so.
      const isOwn = ({ author, revision }: News): boolean => {
        const id = this.heard.get(revision) ?? "";
        return author.id === name && !simulation.reported.has(id) && !this.disk.movedInSleep.has(id);
      };
      if (news.some(isOwn)) simulation.broken("told of its own edit as news");
    });
    void this.replica.start();
  }

  /** Its user leaves, or the browser ends it without a word. */
  close(isOrderly: boolean): void {
    if (isOrderly) this.replica.stop();
    this.time.close();
    this.wire.close();
    this.storage.close(isOrderly);
    this.copies.close();
  }

  freeze(): void {
    this.time.freeze();
    this.wire.freeze();
  }

  /** Else another tab has adopted it, and what this one hears of it may be older, or later than that has had to know. */
  private owns(mutationId: string): boolean {
    const all = [...this.disk.entries.values()];
    return all.some(
      ({ owner, mutation }) => owner === this.storage.owner && mutation.mutation_id === mutationId,
    );
  }

  /** An undo that found something else, and what its user has taken back, are let go with a word to the history. */
  private auditTold(): void {
    const { history } = this.replica;
    const notTaken = history.notTaken.bind(history);
    history.notTaken = (told: NotTaken) => {
      const { undo, takenBack, type, mutationId } = told;
      if (undo || takenBack || type === "add_record") this.simulation.reported.add(mutationId);
      notTaken(told);
    };
  }

  /** After every event: what must hold at all times. */
  check(): void {
    if (this.time.isFrozen) return;
    const { state, revision, count } = this.replica.status();
    const before = this.state;
    this.state = state;
    if (state === "kept") this.checkKept();
    // Only what this device has kept may be taken away, from whom the server refuses.
    if (state === "waiting" && before === "complete") this.simulation.broken("R9: what was shown is gone");
    if ((before === "complete" || before === "kept") && state === "filling" && revision === 0)
      this.simulation.broken("R9: a copy is shown that is still filling from 0");
    if (count !== this.told.size)
      this.simulation.broken(`onChanges told of ${this.told.size} ids, there are ${count}`);
    for (const [id, result] of this.results) {
      const entry = this.replica["outbox"].get(id);
      if (this.disk.movedInSleep.has(id)) this.results.delete(id);
      else if (entry === undefined) this.checkEnded(id, result);
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
    const held = state !== "filling" && epoch === result.epoch && revision >= (result.revision ?? 0);
    // Else a result of an older epoch that was asked for again: true of this one as well.
    const { server } = this.simulation;
    const known = epoch === server.epoch && server.outcome(id) !== undefined;
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
      const before = simulation.emitted.get(mutation.mutation_id);
      // Asked again by a tab that does not know yet that another one has adopted it, and has it behind it.
      const isMoved = this.disk.movedInSleep.has(mutation.mutation_id) && before !== undefined;
      if (!isMoved && kept?.sentAt === undefined)
        simulation.broken("R10: emitted before it was marked sent on disk");
      if (!isMoved && JSON.stringify(kept?.mutation) !== content)
        simulation.broken("R10: emitted otherwise than it is on disk");
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
