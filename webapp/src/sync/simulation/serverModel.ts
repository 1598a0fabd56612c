import type {
  Answer,
  Author,
  ChangeEntry,
  Conflict,
  ErrorCode,
  Fields,
  Head,
  Json,
  Mutation,
  Page,
  Payload,
  Range,
  RequestName,
  Result,
  WireError,
} from "../../protocol.ts";
import { recordDigest } from "../digest.ts";
import { compact, overlay, sameValue } from "../values.ts";
import { Refused } from "../wire.ts";

interface Stored {
  readonly version: number;
  readonly fields: Fields;
  readonly deleted: boolean;
}

interface State {
  epoch: string;
  revision: number;
  records: Map<string, Stored>;
  changes: ChangeEntry[];
  /** revision of each change by its mutation's id */
  made: Map<string, number>;
  /** what has no change, or none any more: with the epoch of that time, unlike a change's, which is in the one there is */
  outcomes: Map<string, Result>;
  /** history is pruned up to here */
  floor: number;
  /** how often each was applied, pruned ones too */
  applied: Map<string, number>;
  /** the last revision of each epoch that this one goes on from */
  lineage: Map<string, number>;
}

const EMPTY: State = {
  epoch: "e1",
  revision: 0,
  records: new Map(),
  changes: [],
  made: new Map(),
  outcomes: new Map(),
  floor: 0,
  applied: new Map(),
  lineage: new Map(),
};

export const GRID = "grid";
/** small, so that a few records are many pages */
const PAGE = 3;
const BATCH = 4;

export function wireError(code: ErrorCode, message: string = code): WireError {
  return { code, message, retry: ["busy", "internal", "rate_limited"].includes(code) };
}

/** What the server stores of a text: its marshmallow field strips it. */
const stored = (value: Json | undefined): Json =>
  typeof value === "string" ? value.trim() || null : (value ?? null);

/** A grid as docs/PROTOCOL.md has it, in memory: the other half of the simulation. */
export class ServerModel {
  definition = 1;
  private state: State = structuredClone(EMPTY);
  private backup: State = structuredClone(this.state);
  private epochs = 1;
  private isTrial = false;
  /** content of each mutation id ever received: it may never change (R10) */
  readonly received = new Map<string, string>();
  /** ids that were decided in any past, also one that a restored backup has undone */
  readonly everDecided = new Set<string>();
  /** the live records at each revision that ever was, by "epoch:revision" */
  readonly past = new Map<string, ReadonlyMap<string, Stored>>([["e1:0", new Map()]]);
  /** called after each commit beside the servers that announce their own */
  announce: () => void = () => {};
  /** decides which mutation fails this time, without a trace */
  fails: () => boolean = () => false;

  // ---- what tests ask

  get revision(): number {
    return this.state.revision;
  }

  get epoch(): string {
    return this.state.epoch;
  }

  private remember(): void {
    if (!this.isTrial) this.past.set(`${this.epoch}:${this.revision}`, this.live());
  }

  live(): Map<string, Stored> {
    return new Map([...this.state.records].filter(([, record]) => !record.deleted));
  }

  deleted(): Iterable<string> {
    return [...this.state.records].filter(([, record]) => record.deleted).map(([id]) => id);
  }

  /** What a repeated mutation is answered. */
  outcome(mutationId: string): Result | undefined {
    const { outcomes, made, changes, floor, epoch } = this.state;
    const revision = made.get(mutationId);
    if (revision === undefined) return outcomes.get(mutationId);
    const [, id, , fields] = changes[revision - floor - 1]!;
    return { mutation_id: mutationId, status: "applied", id, epoch, revision, fields };
  }

  timesApplied(mutationId: string): number {
    return this.state.applied.get(mutationId) ?? 0;
  }

  /** Whether what was done at this revision is part of what there is, not of what a restored backup has undone. */
  isPast(epoch: string, revision: number): boolean {
    const { state } = this;
    return revision <= (epoch === state.epoch ? state.revision : (state.lineage.get(epoch) ?? -1));
  }

  /** Changes up to here cannot be told any more. */
  get floor(): number {
    return this.state.floor;
  }

  get revisions(): readonly number[] {
    return this.state.changes.map(([revision]) => revision);
  }

  head(): Head {
    const live = this.live();
    const digest = [...live].reduce((sum, [id, { version }]) => (sum + recordDigest(id, version)) >>> 0, 0);
    const { epoch, revision } = this.state;
    return { grid: GRID, epoch, definition: this.definition, revision, count: live.size, digest };
  }

  /** The changes after `from`, as a range; it may reach back further than anybody needs. */
  range(from: number): Range {
    const { epoch, revision: to, changes } = this.state;
    return { grid: GRID, epoch, from, to, changes: changes.filter(([revision]) => revision > from) };
  }

  // ---- what befalls it

  saveBackup(): void {
    this.backup = structuredClone(this.state);
  }

  /** History after the backup never was; the epoch is new. */
  restoreBackup(): void {
    this.state = structuredClone(this.backup);
    this.newEpoch();
  }

  /** History and tombstones are forgotten, mutation ids are not; where anything goes, the epoch ends first. */
  prune(): void {
    const { state } = this;
    const dead = [...this.deleted()];
    if (dead.length + state.changes.length > 0) this.newEpoch();
    for (const id of dead) state.records.delete(id);
    for (const mutationId of state.made.keys()) state.outcomes.set(mutationId, this.outcome(mutationId)!);
    state.made.clear();
    state.changes = [];
    state.floor = state.revision;
  }

  /** A transaction that does not come to its commit. */
  rollBack(work: () => void): void {
    const { state } = this;
    this.state = structuredClone(state);
    this.isTrial = true;
    work();
    this.isTrial = false;
    this.state = state;
  }

  private newEpoch(): void {
    this.state.lineage.set(this.state.epoch, this.state.revision);
    this.state.epoch = `e${++this.epochs}`;
    this.remember();
  }

  /** As it is now, whatever befalls the other. */
  still(): ServerModel {
    const still = new ServerModel();
    still.state = structuredClone(this.state);
    return still;
  }

  // ---- requests

  answer<E extends RequestName>(
    event: E,
    payload: Payload<E>,
    author: Author,
    mutate: (mutations: readonly Mutation[]) => Result[],
  ): Answer<E> {
    const handlers: { [K in RequestName]?: (payload: Payload<K>) => Answer<K> } = {
      join_grid: ({ epoch, since, limit }) => ({
        ...this.head(),
        grid: { id: GRID, title: "Grid", definition: this.definition, fields: [] },
        mode: this.page(epoch, since, limit).mode,
        page: this.page(epoch, since, limit),
        presence: [],
        session: author.id,
        limits: { batch: BATCH, bytes: 131_072, page: PAGE },
      }),
      pull: ({ epoch, since, limit }) => this.page(epoch, since, limit),
      leave_grid: () => ({}),
      mutate: ({ mutations }) => ({ results: mutate(mutations) }),
    };
    const handler = handlers[event];
    if (handler === undefined) throw new Refused(wireError("unknown_event"));
    return handler(payload);
  }

  page(epoch?: string | null, since?: number | null, most?: number | null): Page {
    const asked = since ?? 0;
    const limit = most ?? PAGE;
    const { state } = this;
    const reset = epoch !== state.epoch || asked <= 0 || asked > state.revision;
    const from = reset ? 0 : asked;
    const after = [...state.records].filter(([, { version }]) => version > from);
    after.sort(([, a], [, b]) => a.version - b.version);
    const taken = after.slice(0, limit);
    const more = after.length > taken.length;
    const to = more ? (taken.at(-1)?.[1].version ?? from) : state.revision;
    const records = taken.map(
      ([id, { version, fields, deleted }]) => [id, version, deleted ? null : fields] as const,
    );
    return { mode: reset ? "reset" : "delta", epoch: state.epoch, from, to, more, records };
  }

  /** Somebody beside the servers, an import: they hear of it. */
  mutate(mutations: readonly Mutation[], author: Author): Result[] {
    const results = this.judgeAll(mutations, author);
    this.announce();
    return results;
  }

  /** One after another, each seeing those before it. */
  judgeAll(mutations: readonly Mutation[], author: Author): Result[] {
    return mutations.map((mutation) => this.once(mutation, author));
  }

  private once(mutation: Mutation, author: Author): Result {
    const { mutation_id, id } = mutation;
    this.received.set(mutation_id, JSON.stringify(mutation));
    const known = this.outcome(mutation_id);
    if (known !== undefined) return known;
    const base = { mutation_id, id, epoch: this.state.epoch, revision: null };
    if (this.fails()) return { ...base, status: "failed", error: wireError("internal") };
    const result: Result = { ...base, ...this.judge(mutation, author) };
    if (result.status !== "applied") this.state.outcomes.set(mutation_id, result);
    if (!this.isTrial) this.everDecided.add(mutation_id);
    return result;
  }

  private judge(mutation: Mutation, author: Author): Partial<Result> & Pick<Result, "status"> {
    const record = this.state.records.get(mutation.id);
    const conflict = (code: ErrorCode): Partial<Result> & Pick<Result, "status"> => ({
      status: "conflict",
      error: wireError(code),
    });
    const noop = { status: "noop", revision: record?.version ?? null } as const;
    if (mutation.type === "add_record") {
      if (record) return conflict("exists");
      return (
        invalid(mutation.fields) ?? this.write(mutation, "add", compact(mapped(mutation.fields)), author)
      );
    }
    if (record === undefined) return { status: "refused", error: wireError("not_found") };
    if (mutation.type === "restore_record")
      return record.deleted ? this.write(mutation, "add", record.fields, author) : noop;
    if (mutation.type === "delete_record") {
      if (record.deleted) return noop;
      const moved = mutation.version !== undefined && mutation.version !== record.version;
      return moved ? conflict("changed") : this.write(mutation, "delete", null, author);
    }
    return record.deleted ? conflict("gone") : this.judgeUpdate(mutation, record, author);
  }

  private judgeUpdate(
    mutation: Extract<Mutation, { type: "update_record" }>,
    record: Stored,
    author: Author,
  ): Partial<Result> & Pick<Result, "status"> {
    const refused = invalid(mutation.fields);
    if (refused !== null) return refused;
    const asked = mapped(mutation.fields);
    const changed = Object.keys(asked).filter((field) => !sameValue(asked[field], record.fields[field]));
    const theirs: Record<string, Conflict> = {};
    for (const field of changed) {
      const was = mutation.was?.[field];
      const value = record.fields[field] ?? null;
      if (!sameValue(stored(was), value))
        theirs[field] = { value, revision: record.version, author, at: null };
    }
    if (Object.keys(theirs).length > 0)
      return { status: "conflict", error: wireError("conflict"), conflicts: theirs };
    if (changed.length === 0) return { status: "noop", revision: record.version };
    return this.write(
      mutation,
      "update",
      Object.fromEntries(changed.map((field) => [field, asked[field] ?? null])),
      author,
    );
  }

  private write(
    mutation: Mutation,
    kind: ChangeEntry[2],
    fields: Fields | null,
    author: Author,
  ): Partial<Result> & Pick<Result, "status"> {
    const revision = ++this.state.revision;
    const before = this.state.records.get(mutation.id)?.fields ?? {};
    const after = kind === "update" ? overlay(before, fields!) : (fields ?? before);
    this.state.records.set(mutation.id, { version: revision, fields: after, deleted: kind === "delete" });
    this.remember();
    const { changes, made, applied } = this.state;
    changes.push([revision, mutation.id, kind, fields, author, mutation.mutation_id]);
    made.set(mutation.mutation_id, revision);
    applied.set(mutation.mutation_id, this.timesApplied(mutation.mutation_id) + 1);
    return { status: "applied", revision, fields };
  }
}

function invalid(fields: Fields): Pick<Result, "status" | "error"> | null {
  const bad = Object.keys(fields).filter((name) => fields[name] === "bad");
  if (bad.length === 0) return null;
  const why = Object.fromEntries(bad.map((name) => [name, ["Not a good value."]]));
  return { status: "refused", error: { ...wireError("validation_failed"), fields: why } };
}

function mapped(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, stored(value)]));
}
