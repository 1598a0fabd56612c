import type { Grid, WireError } from "../protocol.ts";
import type { Clock } from "./clock.ts";
import type { Copy } from "./copy.ts";
import { isFull, planOf, type CopyState, type CopyStorage, type Line } from "./copyStorage.ts";
import { readCopy } from "./keptCopy.ts";
import { toWireError } from "./wire.ts";

/** What the keeper has to know of its replica, and tell it. */
export interface KeeperHost {
  /** the copy that is shown */
  readonly copy: Copy | null;
  readonly definition: Grid | null;
  /** Shows what was kept. False: there is something newer. */
  restore(copy: Copy, definition: Grid): boolean;
  status(): void;
}

export interface KeeperOptions {
  readonly grid: string;
  readonly storage: CopyStorage;
  readonly clock: Clock;
  readonly maxRecords: number;
  readonly host: KeeperHost;
}

/** Changes settle that long: what a burst touches is written once, and no edit waits for the disk. */
const SETTLE_MS = 1_000;
/** A disk that says nothing for so long is not waited for; what comes after that may still be shown. */
const SILENT_MS = 3_000;
const FAILURES = 3;

/** Keeps one grid's confirmed records on this device (R5, R9, R13): read once, then written behind what is shown. */
export class Keeper {
  /** why this device keeps no copy, when it should */
  problem: WireError | null = null;
  /** what is on disk is shown, or there is nothing */
  ready = false;

  private started = false;
  private release: () => void = () => {};
  private mayWrite = false;
  private isOff = false;
  /** the server has said that what is shown is what it has, to one who may see it */
  private isConfirmed = false;
  private writing: Promise<void> | null = null;
  private failures = 0;
  private cancel: (() => void) | null = null;
  /** `changed` holds every record that was touched since; null: all of them may have been */
  private base: number | null = null;
  private changed = new Set<string>();

  constructor(private readonly options: KeeperOptions) {}

  // ---- reading

  /** Shows what was kept, if anything; calls `then` once, when it is clear what there is to ask the server for. */
  async load(then: () => void): Promise<void> {
    const go = (): void => {
      if (this.ready) return;
      this.ready = true;
      then();
    };
    let wait = this.options.clock.after(SILENT_MS, go);
    const heard = (): void => {
      wait();
      wait = this.options.clock.after(SILENT_MS, go);
    };
    try {
      await this.read(heard);
    } catch (thrown) {
      // Nothing is lost with it (R13): the grid is fetched anew. A disk that does not work at all is the outbox's to tell.
      console.warn(`${this.options.grid}: the copy on this device is of no use:`, thrown);
      this.forget();
    }
    wait();
    go();
  }

  private async read(heard: () => void): Promise<void> {
    const { storage, grid, host, maxRecords } = this.options;
    const kept = await readCopy(storage, grid, heard);
    if (kept === null) return;
    const { copy, definition } = kept;
    if (copy.records.size > maxRecords) return this.forget();
    if (host.restore(copy, definition)) this.base = copy.revision;
  }

  // ---- what is told

  /** Another copy is shown. */
  swapped(): void {
    this.base = null;
    this.changed.clear();
    this.soon();
  }

  /** Records of the copy have changed. */
  touched(ids: Iterable<string>): void {
    if (this.base !== null) for (const id of ids) this.changed.add(id);
    this.soon();
  }

  /** The server has answered for the copy that is shown. */
  confirmed(): void {
    this.isConfirmed = true;
    this.soon();
  }

  /** Nothing is to lie here, until the server says otherwise. */
  unkept(): void {
    this.isConfirmed = false;
    this.forget();
  }

  /** Something else that is kept may have changed. */
  soon(): void {
    if (!this.mayWrite || this.isOff) return;
    this.cancel ??= this.options.clock.after(SETTLE_MS, () => {
      this.cancel = null;
      void this.flush();
    });
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.release = this.options.storage.claim(this.options.grid, () => {
      this.mayWrite = this.started;
      this.soon();
    });
  }

  /** Writes what there is and leaves the writing to another tab. */
  async stop(): Promise<void> {
    const { release } = this;
    if (!this.started) return;
    await this.flush();
    this.started = this.mayWrite = false;
    release();
  }

  // ---- writing

  /** Writes what has changed. One at a time; what changes meanwhile is written next. */
  flush(): Promise<void> {
    if (!this.mayWrite || this.isOff) return Promise.resolve();
    this.cancel?.();
    this.cancel = null;
    this.writing ??= this.write().finally(() => (this.writing = null));
    return this.writing;
  }

  private async write(): Promise<void> {
    try {
      await this.writeOnce();
      this.failures = 0;
    } catch (thrown) {
      this.failures += 1;
      if (isFull(thrown) || this.failures >= FAILURES) this.giveUp(thrown);
      else this.soon();
    }
  }

  private async writeOnce(): Promise<void> {
    const { storage, grid, clock } = this.options;
    const held = await storage.head(grid);
    // From here to the call of the storage nothing may come between: all of it is of one moment.
    const { copy } = this.options.host;
    const state = this.stateOf(copy);
    if (copy === null || state === null) return;
    const { base, changed } = this;
    const plan = planOf(held, state, base, changed.size);
    if (plan === "nothing") return;
    const lines = plan === "whole" ? [...copy.records.values()] : [...changed].map((id) => lineOf(copy, id));
    this.base = state.revision;
    this.changed = new Set();
    let written = false;
    try {
      if (plan === "whole") await storage.replace(state, lines);
      written = plan === "whole" || (await storage.append(state, lines, held!));
    } finally {
      if (!written) this.putBack(base, changed);
    }
    if (!written) return this.soon(); // another tab was faster
    if (plan === "whole") await storage.tidy(clock.now());
  }

  /** A copy that is filling is never written, nor one that a browser would not open. */
  private stateOf(copy: Copy | null): CopyState | null {
    const { host, clock, maxRecords } = this.options;
    const { definition } = host;
    if (!this.isConfirmed || copy?.complete !== true || definition === null) return null;
    const { epoch, revision, digest, records } = copy;
    if (records.size > maxRecords) {
      this.forget();
      return null;
    }
    return { grid: definition, epoch, revision, digest, count: records.size, seenAt: clock.now() };
  }

  /** It was not written. Where another copy is shown by now, all of that has to be anyway. */
  private putBack(base: number | null, changed: ReadonlySet<string>): void {
    if (this.base === null) return;
    this.base = base;
    for (const id of changed) this.changed.add(id);
  }

  private forget(): void {
    this.base = null;
    this.changed.clear();
    // A disk that cannot even drop it does not give it back either, or gives what the server judges again.
    this.options.storage.drop(this.options.grid).catch(() => undefined);
  }

  /** The room is the outbox's. Said once, and not tried again by this page. */
  private giveUp(thrown: unknown): void {
    this.isOff = true;
    this.forget();
    const error = toWireError(thrown);
    this.problem = {
      ...error,
      message: `This browser keeps no copy of the records, so without a network there will be none: ${error.message}`,
    };
    this.options.host.status();
  }
}

function lineOf(copy: Copy, id: string): Line {
  return copy.records.get(id) ?? { id, version: 0, fields: null };
}
