import type { Result } from "../../protocol.ts";
import type { CopiesDisk, KeptCopy } from "./copies.ts";
import { ProfileDisk } from "./disk.ts";
import { isEqual } from "./equal.ts";
import { Weather } from "./network.ts";
import { checkExplained } from "./explained.ts";
import { GRID, ServerModel } from "./serverModel.ts";
import { Tab } from "./tab.ts";
import { Timeline } from "./timeline.ts";

/** Two tabs of one browser profile, and one of another. */
const PROFILES = [0, 0, 1];
/** By then heads have come many times, every backoff is over and every lease that nobody renews has run out. */
const CALM_MS = 400_000;

/** Everything in one place: a store, servers, a network, disks, tabs, and what they are put through. */
export class Simulation {
  readonly time: Timeline;
  readonly server = new ServerModel();
  readonly weather: Weather;
  /** content of each mutation that was ever sent, by id */
  readonly emitted = new Map<string, string>();
  /** the last result that reached a tab, by id */
  readonly answers = new Map<string, Result>();
  /** ids of what was put to the user, on disk or in a word */
  readonly reported = new Set<string>();
  /** ids of what was put to the user, and settled */
  readonly settled = new Set<string>();
  readonly tabs: Tab[] = [];
  readonly disks = [new ProfileDisk(), new ProfileDisk()];
  private failure: Error | null = null;
  private tabsOpened = 0;

  constructor(seed: number) {
    this.time = new Timeline(seed);
    this.weather = new Weather(this.time, this.server);
    const author = { id: "other", name: "another program" };
    for (const id of ["one", "two", "three"]) {
      const ids = { mutation_id: `first ${id}`, id };
      this.server.judgeAll([{ type: "add_record", ...ids, fields: { a: "x" } }], author);
    }
    for (const disk of this.disks) disk.hasLocks = this.time.chance(0.5);
    PROFILES.forEach((_, slot) => this.open(slot));
  }

  /** Thrown where it is seen, and again at the end of the step: where it is seen may be inside the client. */
  broken(what: string): never {
    this.failure ??= new Error(`${what} (virtual time ${this.time.now()})`);
    throw this.failure;
  }

  tab(slot: number): Tab {
    return this.tabs[slot % this.tabs.length]!;
  }

  /** Its user comes to it: it wakes, and he acts before anything else does. */
  use(slot: number): Tab {
    const tab = this.tab(slot);
    tab.time.thaw();
    return tab;
  }

  /** Its user, or the browser, closes a tab; another is opened on the same disk. */
  reload(slot: number, isOrderly: boolean): void {
    this.tab(slot).close(isOrderly);
    this.open(slot % this.tabs.length);
  }

  /** The power is cut under a browser, which opens its tabs again; the copies on its disk are what `alter` makes of them. */
  cutPower(slot: number, alter: (copies: CopiesDisk) => void): void {
    const profile = PROFILES[slot % this.tabs.length]!;
    const slots = [...PROFILES.keys()].filter((each) => PROFILES[each] === profile);
    for (const each of slots) this.tab(each).close(false);
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

  /** R10: what a user has written is on a disk, or was sent. */
  checkWritten(word: string): void {
    const onDisk = this.disks.flatMap(({ entries }) => [...entries.values()]);
    const all = [...onDisk.map(({ mutation }) => JSON.stringify(mutation)), ...this.server.received.values()];
    if (!all.some((content) => content.includes(JSON.stringify(word))))
      this.broken(`R10: "${word}" is nowhere`);
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
    for (const tab of this.tabs) tab.time.thaw();
    await this.pass(CALM_MS);
    await this.openAgain();
    for (const tab of this.tabs) tab.checkAtRest();
    for (const { kept } of this.disks) if (!kept.wasLate) this.checkDisk(kept.copies.get(GRID));
    checkExplained(this);
  }

  /** What a tab left behind it for which nobody has looked since goes when the page is opened again. */
  private async openAgain(): Promise<void> {
    const isLeft = (disk: ProfileDisk): boolean =>
      [...disk.entries.values()].some(({ owner, kept }) => kept === undefined && !disk.open.has(owner));
    const slots = [...PROFILES.keys()].filter((slot) => isLeft(this.disks[PROFILES[slot]!]!));
    for (const slot of slots) this.reload(slot, true);
    if (slots.length > 0) await this.pass(CALM_MS);
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
}
