import type { Result } from "../protocol.ts";
import {
  leftAlone,
  Step,
  type Carried,
  type Ground,
  type LeftAlone,
  type NotTaken,
  type Part,
  type Side,
  type StepKind,
} from "./step.ts";
import { Subscribers } from "./subscribers.ts";
import { compact } from "./values.ts";

const MOST_STEPS = 200;

/** One undo or redo. */
export interface Turn {
  readonly step: Step;
  /** "before": undone; "after": done again */
  readonly to: Side;
  /** cells, or records */
  readonly size: number;
  /** steps passed over, because they were never saved */
  readonly skipped: number;
}

/** What undo and redo would do now, and what they have left alone until the user has read it. */
export interface HistoryNow {
  readonly undo: Step | null;
  readonly redo: Step | null;
  readonly left: readonly LeftAlone[];
  /** cells and records that were undone, or done again, in the turns that left something alone */
  readonly turned: number;
}

/** A mutation that is not decided, for one part of a step. */
interface Watch {
  readonly step: Step;
  readonly part: Part;
  readonly side: Side;
  readonly turn: Turn | null;
}

/**
 * What this page's user has done, over all its grids, and the way back and forth through it.
 *
 * A step knows what was before it and what it stored. Undo asks for the one where the other still stands (R8), so
 * nothing of anybody else's is touched; what was left alone is told, and not asked about.
 */
export class History {
  private done: Step[] = [];
  private undone: Step[] = [];
  private readonly watches = new Map<string, Watch[]>();
  private readonly listeners = new Subscribers<void>();
  /** those that left something alone, and how much of it */
  private readonly turns = new Map<Turn, number>();
  private left: readonly LeftAlone[] = [];
  private now: HistoryNow | null = null;

  readonly subscribe = (fn: () => void): (() => void) => this.listeners.add(fn);

  /** The same object until something of it changes. */
  readonly snapshot = (): HistoryNow => {
    const live = (step: Step): boolean => !step.isVoid;
    this.now ??= {
      undo: this.done.findLast(live) ?? null,
      redo: this.undone.findLast(live) ?? null,
      left: this.left,
      turned: [...this.turns].reduce((sum, [{ size }, left]) => sum + size - left, 0),
    };
    return this.now;
  };

  /** Whether it can still be undone. */
  isDone(step: Step): boolean {
    return this.done.includes(step);
  }

  /** Something new was done: what was undone before cannot be done again. */
  record(ground: Ground, kind: StepKind, carried: readonly Carried[]): void {
    if (carried.length === 0) return;
    const step = new Step(
      ground,
      kind,
      carried.map(({ part }) => part),
    );
    for (const { part, mutationId } of carried)
      this.watch(mutationId, { step, part, side: "after", turn: null });
    this.done.push(step);
    this.forget(this.undone.splice(0));
    this.forget(this.done.splice(0, Math.max(0, this.done.length - MOST_STEPS)));
    this.changed();
  }

  /** Takes back the last step, or that one. Null where there is nothing to take back. */
  undo(step?: Step): Turn | null {
    return this.turn(this.done, this.undone, "before", step);
  }

  /** Does again what was undone last. */
  redo(): Turn | null {
    return this.turn(this.undone, this.done, "after");
  }

  /** The user has read what was left alone. */
  dismiss(): void {
    this.left = [];
    this.turns.clear();
    this.changed();
  }

  private turn(from: Step[], onto: Step[], to: Side, asked?: Step): Turn | null {
    const at = asked === undefined ? from.findLastIndex((step) => !step.isVoid) : from.indexOf(asked);
    if (at < 0) return null;
    const skipped = asked === undefined ? from.splice(at + 1) : [];
    this.forget(skipped);
    const [step] = from.splice(at, 1) as [Step];
    onto.push(step);
    const parts = step.live();
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const turn = { step, to, size, skipped: skipped.length };
    for (const { part, mutationId } of step.ground.turn(parts, to))
      this.watch(mutationId, { step, part, side: to, turn });
    this.changed();
    return turn;
  }

  // ---- what became of mutations

  /** It is stored, maybe otherwise than asked for, or was so already. */
  applied(mutationId: string, { status, fields, revision }: Result): void {
    const watches = this.watches.get(mutationId);
    if (watches === undefined) return;
    this.watches.delete(mutationId);
    let held = status === "applied" && fields ? compact(fields) : null;
    // Steps that share a mutation which was not sent yet: the last one is what it stores, the others came before.
    for (const { part, side } of watches.toReversed()) {
      // a restore that found the record there: it is as others left it, and not one's own to take away again
      if (status === "noop" && part.whole && part[side] !== null) part.isVoid = true;
      else part.isVoid &&= part.size === 0;
      if (revision !== null) part.version = revision;
      if (held !== null && part[side] !== null) held = part.stored(side, held);
    }
  }

  notTaken(told: NotTaken): void {
    const watches = this.watches.get(told.mutationId) ?? [];
    this.watches.delete(told.mutationId);
    const last = watches.at(-1);
    for (const watch of watches) {
      if (!told.undo) this.void(watch);
      else watch.part.leave(told.left);
      this.watch(told.rest, watch);
    }
    const turn = last?.turn ?? this.turnOf(last);
    if (told.undo || told.takenBack) this.leave(leftAlone(told), turn);
    if (watches.length > 0) this.changed();
  }

  /** A first attempt that was taken back before it was decided. */
  private turnOf(watch: Watch | undefined): Turn | null {
    const ids = watch?.part.mutations ?? [];
    const later = ids.flatMap((id) => this.watches.get(id) ?? []);
    return later.findLast(({ part, turn }) => part === watch?.part && turn !== null)?.turn ?? null;
  }

  private leave(left: readonly LeftAlone[], turn: Turn | null): void {
    if (left.length === 0) return;
    if (turn !== null) this.turns.set(turn, (this.turns.get(turn) ?? 0) + left.length);
    this.left = [...this.left, ...left];
    this.changed();
  }

  /** It never was, so what came after it began from what was there before. */
  private void({ step, part }: Watch): void {
    if (part.isVoid) return;
    part.isVoid = true;
    const steps = [...this.done, ...this.undone.toReversed()];
    const names = new Set(Object.keys(part.after ?? {}));
    for (const later of steps.slice(steps.indexOf(step) + 1)) {
      const next = later.ground === step.ground ? later.parts.get(part.id) : undefined;
      next?.skip(part, names);
      for (const name of Object.keys(next?.after ?? {})) names.delete(name);
    }
  }

  private watch(mutationId: string | null, watch: Watch): void {
    if (mutationId === null) return;
    const { mutations } = watch.part;
    if (!mutations.includes(mutationId)) mutations.push(mutationId);
    const watches = this.watches.get(mutationId);
    if (watches === undefined) this.watches.set(mutationId, [watch]);
    else watches.push(watch);
  }

  /** Nobody can come back to these steps; what an undo of theirs leaves alone is told all the same. */
  private forget(steps: readonly Step[]): void {
    for (const step of steps)
      for (const { mutations } of step.parts.values()) for (const id of mutations) this.drop(id, step);
  }

  private drop(mutationId: string, step: Step): void {
    const rest = this.watches.get(mutationId)?.filter((watch) => watch.step !== step) ?? [];
    if (rest.length === 0) this.watches.delete(mutationId);
    else this.watches.set(mutationId, rest);
  }

  private changed(): void {
    this.now = null;
    this.listeners.tellSoon();
  }
}
