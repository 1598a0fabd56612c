import { Attendance, type AttendanceOptions } from "./attendance.ts";
import { backoff } from "./clock.ts";
import { readGap, readReturned } from "./gap.ts";
import { lastsOf, Marks, placesOf, type PastChange, type RecordMark } from "./marks.ts";
import { isIn, seenAt, WHOLE, withSeen, type Seen } from "./seen.ts";
import { Subscribers } from "./subscribers.ts";
import type { Changes, News } from "./types.ts";
import { Refused, RequestFailed, type Wire } from "./wire.ts";

export interface AwayNow {
  /** places that are marked: fields, and records that came or went */
  readonly count: number;
  /** the names of those who did it, each person once */
  readonly people: readonly string[];
  /** there were more changes than are read: only the newest are told */
  readonly more: boolean;
  /** the grid is of another epoch: what was done cannot be told */
  readonly replaced: boolean;
}

export interface AwayOptions extends AttendanceOptions {
  readonly wire: Wire;
  /** the author's id of this browser profile */
  readonly user: () => string;
}

interface Place {
  readonly id: string;
  readonly field: string;
}

const NONE: Seen = seenAt("", 0);
const NOBODY: ReadonlySet<string> = new Set();
const NOTHING: AwayNow = { count: 0, people: [], more: false, replaced: false };

/**
 * What others did in a grid while its user was away, until they have seen it.
 *
 * Kept on this device are revisions only. What happened is read from the server's history, at the next visit again, so
 * that nothing of it is told to anybody who may not see it any more.
 */
export class Away {
  private readonly attendance: Attendance;
  private readonly marks = new Marks();
  private readonly listeners = new Subscribers<void>();
  private now = NOTHING;
  private list: readonly RecordMark[] | null = null;
  /** the marks tell all up to here; null: there are none */
  private upTo: number | null = null;
  /** counts reads: an answer to an earlier one is not ours any more */
  private reads = 0;
  /** what was announced since a read began, which may not have it; null: none is under way */
  private late: PastChange[] | null = null;
  private attempt = 0;
  /** records that have changed, perhaps by this user */
  private readonly writing = new Set<string>();

  constructor(private readonly options: AwayOptions) {
    this.attendance = new Attendance(options, {
      back: () => void this.read(),
      anew: (instead) => {
        this.forget();
        this.publish({ replaced: instead });
      },
    });
  }

  // ---- what is to be seen

  /** The same object until something of it changes. */
  readonly snapshot = (): AwayNow => this.now;

  readonly subscribe = (fn: () => void): (() => void) => this.listeners.add(fn);

  /** What happened to a record; the same object until something of it changes. */
  of(id: string): RecordMark | undefined {
    return this.marks.get(id);
  }

  /** All of it, newest first; the same array until something of it changes. */
  readonly all = (): readonly RecordMark[] => {
    this.list ??= this.marks.all().toSorted((a, b) => b.last.revision - a.last.revision);
    return this.list;
  };

  // ---- what is seen

  /** The grid is on the page, until the returned function is called. */
  look(): () => void {
    const { replica, seen } = this.options;
    return this.attendance.look(() => {
      const offs = [
        replica.onNews((news) => this.heard(news)),
        replica.onChanges((changes) => this.touched(changes)),
        seen.onOther(replica.grid, () => this.otherTab()),
      ];
      return () => offs.forEach((off) => off());
    });
  }

  /** Its user has seen what happened to this field of a record, or to the record as a whole. */
  see(id: string, field: string = WHOLE): void {
    this.seeThese([{ id, field }]);
  }

  seeAll(): void {
    this.forget();
    this.settle();
    this.publish({ replaced: false });
  }

  /** The page may be on its way out. */
  flush(): void {
    this.attendance.flush();
  }

  /** What another tab of this user has seen, or has to tell. */
  private otherTab(): void {
    const { gaps, cells } = this.attendance.seen() ?? NONE;
    if (gaps.length === 0) this.forget();
    for (const mark of this.marks.all())
      for (const [place, revision] of Object.entries(cells[mark.id] ?? {})) {
        const known = place === WHOLE ? mark : mark.fields.get(place);
        if (known !== undefined && known.last.revision <= revision) this.marks.drop(mark.id, place);
      }
    this.publish();
    const to = gaps.at(-1)?.[1] ?? 0;
    if (this.attendance.here && to > (this.upTo ?? 0)) void this.read();
  }

  // ---- what happened

  private async read(): Promise<void> {
    const { replica, wire } = this.options;
    const { gaps } = this.attendance.seen() ?? NONE;
    const above = this.upTo ?? gaps[0]?.[0];
    if (above === undefined) return;
    const read = ++this.reads;
    this.late = [];
    try {
      const { changes, more } = await readGap(wire, replica.grid, above);
      const returned = await readReturned(wire, replica.grid, above, changes);
      if (read !== this.reads) return;
      const top = changes.at(-1)?.revision ?? above;
      const late = this.late.filter(({ revision }) => revision > top);
      this.late = null;
      this.attempt = 0;
      this.take([...changes, ...late], returned);
      this.upTo = late.at(-1)?.revision ?? top;
      this.settle();
      this.publish({ more: more || this.now.more });
    } catch (failed) {
      if (read === this.reads) this.failed(failed);
    }
  }

  /** A lost connection comes back, and with it this question. */
  private failed(failed: unknown): void {
    if (!(failed instanceof RequestFailed)) throw failed;
    const { clock, wire } = this.options;
    const isAgain = failed instanceof Refused ? failed.error.retry : wire.live;
    if (!isAgain) return;
    clock.after(backoff(this.attempt++, clock), () => this.attendance.here && void this.read());
  }

  private take(changes: readonly PastChange[], returned: ReadonlySet<string> = NOBODY): void {
    const { gaps, cells } = this.attendance.seen() ?? NONE;
    const user = this.options.user();
    for (const change of changes)
      this.marks.apply(change, {
        own: change.author.id === user,
        away: isIn(gaps, change.revision),
        again: returned.has(change.id),
        seen: (field) => change.revision <= (cells[change.id]?.[field] ?? 0),
      });
  }

  /** What is marked and not seen yet goes on changing. */
  private heard(news: readonly News[]): void {
    if (!this.attendance.here || (this.marks.size === 0 && this.late === null)) return;
    const changes = news.map((each) => this.changeOf(each));
    if (this.late !== null) return void this.late.push(...changes);
    this.take(changes);
    this.upTo = news.at(-1)?.revision ?? this.upTo;
    this.settle();
    this.publish();
  }

  private changeOf({ fields, ...news }: News): PastChange {
    const { replica, clock } = this.options;
    const now = replica.get(news.id)?.fields ?? {};
    const values = Object.fromEntries(fields.map((name) => [name, now[name] ?? null]));
    const at = new Date(clock.now()).toISOString();
    return { ...news, fields: values, previous: news.kind === "delete" ? now : null, at };
  }

  /** Looked at once for all that one step does: a paste may be thousands of edits. */
  private touched(changes: Changes): void {
    if (this.marks.size === 0 || changes.kind === "reset") return;
    if (this.writing.size === 0) queueMicrotask(() => this.written());
    for (const id of changes.touched) this.writing.add(id);
  }

  private written(): void {
    const places = [...this.writing].flatMap((id) => this.writtenIn(id));
    this.writing.clear();
    this.seeThese(places);
  }

  /** Whoever writes in a marked place has seen what was there. */
  private writtenIn(id: string): readonly Place[] {
    const mark = this.marks.get(id);
    const record = this.options.replica.get(id);
    if (mark === undefined || record?.state !== "pending") return [];
    if (mark.kind === "deleted" && record.deleted) return [];
    if (mark.kind !== "changed" || record.deleted) return [{ id, field: WHOLE }];
    return [...record.pending].filter((field) => mark.fields.has(field)).map((field) => ({ id, field }));
  }

  private seeThese(places: readonly Place[]): void {
    const seen = places.flatMap(({ id, field }) => {
      const mark = this.marks.get(id);
      if (mark === undefined) return [];
      const place = mark.kind === "changed" ? field : WHOLE;
      this.marks.drop(id, place);
      return [{ id, field: place, upTo: (mark.fields.get(place) ?? mark).last.revision }];
    });
    if (seen.length === 0) return;
    this.attendance.write((before) => withSeen(before, seen));
    this.settle();
    this.publish();
  }

  // ---- what is told

  private publish(flags: Partial<Pick<AwayNow, "more" | "replaced">> = {}): void {
    const marks = this.marks.all();
    const people = new Map(marks.flatMap(lastsOf).map(({ author }) => [author.id, author.name]));
    const count = marks.reduce((sum, mark) => sum + placesOf(mark), 0);
    const { more, replaced } = { ...this.now, ...flags };
    this.list = null;
    this.now = { count, people: [...people.values()], more: more && count > 0, replaced };
    this.listeners.tell();
  }

  /** Where nothing is left of the gaps, they are over; but not while what happened in one is being asked for. */
  private settle(): void {
    if (this.marks.size > 0 || this.late !== null) return;
    this.upTo = null;
    this.attendance.write((seen) => (seen.gaps.length === 0 ? seen : { ...seen, gaps: [], cells: {} }));
  }

  private forget(): void {
    this.marks.clear();
    this.upTo = this.late = null;
    this.reads += 1;
  }
}
