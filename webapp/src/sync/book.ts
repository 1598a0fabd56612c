import type { Mutation, WireError } from "../protocol.ts";
import { Entry } from "./entry.ts";
import { Journal } from "./journal.ts";
import type { OutboxStorage, StoredEntry } from "./storage.ts";
import { toWireError } from "./wire.ts";

export interface BookOptions {
  readonly grid: string;
  readonly storage: OutboxStorage;
  /** The views of these records changed. */
  readonly touched: (records: readonly string[]) => void;
  /** How many there are, or how they lie on disk, changed. */
  readonly changed: () => void;
  /** What was to be written of it was not: it is another tab's, where it says that. `later`: what came after it here. */
  readonly lost: (entry: Entry, onDisk: Mutation, later: readonly Entry[]) => void;
}

/** The mutations of one outbox in order: in memory, by record, and on disk. */
export class Book {
  durable: boolean;
  problem: WireError | null = null;
  loaded = false;
  private entries = new Set<Entry>();
  private byRecord = new Map<string, Entry[]>();
  private readonly journal: Journal;

  constructor(private readonly options: BookOptions) {
    this.durable = options.storage.durable;
    this.journal = new Journal(
      options.storage,
      (thrown) => this.diskFailed(thrown),
      (entries) => this.refused(entries),
    );
    options.storage.onMoved(() => void this.load());
  }

  /** In order; what earlier tabs left comes first. */
  get all(): Iterable<Entry> {
    return this.entries;
  }

  get storing(): number {
    return this.journal.storing;
  }

  records(): Iterable<string> {
    return this.byRecord.keys();
  }

  of(record: string): readonly Entry[] {
    return this.byRecord.get(record) ?? [];
  }

  /** The later ones of its record that are not kept for the user. */
  after(entry: Entry): Entry[] {
    const list = this.of(entry.record);
    return list.slice(list.indexOf(entry) + 1).filter((other) => other.open);
  }

  has(entry: Entry): boolean {
    return this.entries.has(entry);
  }

  isStored(entry: Entry): boolean {
    return this.journal.isStored(entry);
  }

  /** Reads what earlier tabs left, which comes first; again where others have taken over what was ours. */
  async load(): Promise<void> {
    void this.options.storage.probe().catch((thrown: unknown) => this.diskFailed(thrown));
    const found = await this.journal.load(this.options.grid);
    if (found !== null) this.forgetLost(found);
    const known = new Set([...this.entries].map((entry) => entry.stored.key));
    const come = (found ?? [])
      .filter(({ key }) => !known.has(key) && !this.journal.isDropping(key))
      .map((stored) => new Entry(stored));
    for (const entry of come) this.journal.hasRead(entry);
    this.entries = new Set([...come, ...this.entries]);
    this.byRecord = new Map();
    for (const entry of this.entries) this.index(entry);
    this.loaded = true;
    this.options.touched(come.map((entry) => entry.record));
    this.options.changed();
  }

  /** Enters, alters and drops, in one transaction on disk; shown at once. Resolves when it is durable. */
  write(puts: readonly Entry[], drops: readonly Entry[] = []): Promise<void> {
    if (puts.length + drops.length === 0) return Promise.resolve();
    for (const entry of puts) if (!this.entries.has(entry)) this.index(entry);
    for (const entry of puts) this.entries.add(entry);
    for (const entry of drops) this.forget(entry);
    const written = this.journal.save(puts, drops).then(() => this.options.changed());
    this.options.touched([...puts, ...drops].map((entry) => entry.record));
    this.options.changed();
    return written;
  }

  private index(entry: Entry): void {
    const list = this.byRecord.get(entry.record);
    if (list === undefined) this.byRecord.set(entry.record, [entry]);
    else list.push(entry);
  }

  private forget(entry: Entry): void {
    this.entries.delete(entry);
    const rest = this.of(entry.record).filter((other) => other !== entry);
    if (rest.length > 0) this.byRecord.set(entry.record, rest);
    else this.byRecord.delete(entry.record);
  }

  private diskFailed(thrown: unknown): void {
    this.durable = false;
    const error = toWireError(thrown);
    this.problem = { ...error, message: `This browser does not keep unsent edits: ${error.message}` };
    this.options.changed();
  }

  /** What is about to be written is not judged here: the disk will say so itself. */
  private forgetLost(found: readonly StoredEntry[]): void {
    const ours = new Set(found.map(({ key }) => key));
    const isLost = (entry: Entry): boolean =>
      entry.stored.key !== undefined && !ours.has(entry.stored.key) && this.isStored(entry);
    this.leave([...this.entries].filter(isLost));
  }

  private refused(entries: readonly Entry[]): void {
    const later = entries.map((entry) => this.after(entry)); // in order as long as they are there
    this.leave(entries.filter((entry) => this.entries.has(entry)));
    entries.forEach((entry, i) => this.options.lost(entry, this.journal.onDisk(entry), later[i]!));
  }

  /** To the tab that has adopted them; what is acknowledged is shown on until the copy holds it (R7). */
  private leave(lost: readonly Entry[]): void {
    const left = lost.filter((entry) => entry.phase !== "acknowledged");
    for (const entry of left) this.forget(entry);
    this.options.touched(left.map((entry) => entry.record));
    if (left.length > 0) this.options.changed();
  }
}
