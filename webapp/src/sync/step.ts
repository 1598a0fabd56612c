import type { Conflict, Fields, Json, MutationType, WireError } from "../protocol.ts";
import { isEmpty, overlay, sameFields, sameValue } from "./values.ts";

/** Where a record was before a step, and where it is after it. */
export type Side = "before" | "after";
export const otherSide = (side: Side): Side => (side === "before" ? "after" : "before");

export type StepKind = "edit" | "add" | "delete" | "restore";

/**
 * What a step did to one record: the fields that it changed, or the whole record where it was not there before, or is
 * not after it (null).
 */
export class Part {
  /** the record's, when it was last made or brought back */
  version = 0;
  /** its add was taken back before anybody had heard of it: it comes back by another add */
  unheard = false;
  /** never stored, or no longer one's own: there is nothing to take back */
  isVoid = false;
  /** every mutation that has a say in it */
  readonly mutations: string[] = [];

  constructor(
    readonly id: string,
    public before: Fields | null,
    public after: Fields | null,
  ) {}

  /** The whole record is made or goes, not only some fields. */
  get whole(): boolean {
    return this.before === null || this.after === null;
  }

  /** Cells, or one record. */
  get size(): number {
    return this.whole ? 1 : Object.keys(this.after ?? {}).length;
  }

  /** What the server stores of it. Returns how the record was without this part. */
  stored(side: Side, fields: Fields): Fields {
    const there = this[side] ?? {};
    const undone = this[otherSide(side)];
    if (this.whole) {
      this[side] = fields;
      return {};
    }
    this[side] = Object.fromEntries(Object.keys(there).map((name) => [name, fields[name] ?? null]));
    return overlay(fields, undone ?? {});
  }

  /** These fields are no longer its business. */
  leave(fields: readonly string[]): void {
    const rest = (held: Fields | null) =>
      held && Object.fromEntries(Object.entries(held).filter(([name]) => !fields.includes(name)));
    if (!this.whole) [this.before, this.after] = [rest(this.before), rest(this.after)];
    if (this.whole || this.size === 0) this.isVoid = true;
  }

  /**
   * `earlier` was never stored: where this part, the next one of these fields, began from it, it began from what was
   * there before that.
   */
  skip(earlier: Part, names: ReadonlySet<string>): void {
    if (earlier.before === null) this.isVoid = true; // the whole record never was
    if (earlier.whole || this.whole) return;
    const began = Object.entries(this.before ?? {}).map(([name, value]) => {
      const follows = names.has(name) && sameValue(value, earlier.after?.[name]);
      return [name, follows ? (earlier.before?.[name] ?? null) : value] as const;
    });
    this.before = Object.fromEntries(began);
    if (sameFields(this.before, this.after ?? {})) this.isVoid = true;
  }
}

/** What one user did at once, in one grid: one cell, or thousands of records. */
export class Step {
  readonly parts: ReadonlyMap<string, Part>;

  constructor(
    readonly ground: Ground,
    readonly kind: StepKind,
    parts: readonly Part[],
  ) {
    this.parts = new Map(parts.map((part) => [part.id, part]));
  }

  get grid(): string {
    return this.ground.grid;
  }

  /** What is left of it to be undone, or done again. */
  live(): Part[] {
    return [...this.parts.values()].filter((part) => !part.isVoid);
  }

  get isVoid(): boolean {
    for (const part of this.parts.values()) if (!part.isVoid) return false;
    return true;
  }
}

/** What a part became, or is to become, and the mutation that carries it; null where none was needed. */
export interface Carried {
  readonly part: Part;
  readonly mutationId: string | null;
}

/** Where steps are done: a grid's replica. */
export interface Ground {
  readonly grid: string;
  /** Brings these records to that side of a step, as far as they are still as the step left them (R8). */
  turn(parts: readonly Part[], to: Side): readonly Carried[];
}

/** A mutation that the server has not taken, or that could not be sent. */
export interface NotTaken {
  readonly grid: string;
  readonly mutationId: string;
  readonly recordId: string;
  readonly type: MutationType;
  readonly fields: Fields;
  readonly error: WireError;
  readonly conflicts: Readonly<Record<string, Conflict>>;
  /** it was an undo or a redo */
  readonly undo: boolean;
  /** it was undone before it was decided */
  readonly takenBack: boolean;
  /** what is not as asked for now, and will not be: field names; of a whole record none, and `whole` */
  readonly left: readonly string[];
  readonly whole: boolean;
  /** carries the fields that were free to be changed */
  readonly rest: string | null;
}

/** Something that an undo or redo did not touch, and why. */
export interface LeftAlone {
  readonly grid: string;
  readonly recordId: string;
  readonly type: MutationType;
  /** null: the whole record */
  readonly field: string | null;
  readonly error: WireError;
  /** theirs, who and when */
  readonly conflict: Conflict | null;
}

export function leftAlone({ grid, recordId, type, error, conflicts, left, whole }: NotTaken): LeftAlone[] {
  const names: readonly (string | null)[] = whole ? [null] : left;
  return names.map((field) => {
    const conflict = (field !== null && conflicts[field]) || null;
    return { grid, recordId, type, field, error, conflict };
  });
}

/** The named fields of a record, an empty one as null. */
export function picked(fields: Fields, names: readonly string[]): Fields {
  const valueOf = (name: string): Json => (isEmpty(fields[name]) ? null : fields[name]!);
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}
