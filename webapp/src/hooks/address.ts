import { readAddress, writeAddress } from "../query/address.ts";
import { patchPane, type PageState, type PaneState, type Side } from "../query/paneState.ts";
import { realClock, type Clock } from "../sync/clock.ts";
import { Subscribers } from "../sync/subscribers.ts";

/** `push`: a step that "back" undoes; `replace`: a part of the step before. */
export type How = "push" | "replace";

/** Browsers refuse more: Chromium 200 calls of the history in 30 s, Safari 100. */
const MOST = 90;
const IN_MS = 30_000;
/** Between two replacements: typing and dragging make many. */
const GAP_MS = 400;

/** The page's state and the address that holds it: joined here, so that nobody else has to keep a copy. */
export class Address {
  private state: PageState;
  private readonly listeners = new Subscribers<void>();
  /** when the history was written, oldest first, ms since 1970 */
  private calls: number[] = [];
  private owed: (() => void) | null = null;

  constructor(
    private readonly page: Window,
    private readonly clock: Clock = realClock,
  ) {
    this.state = readAddress(page.location.search);
    page.addEventListener("popstate", this.turned);
    page.addEventListener("pagehide", this.flush);
  }

  readonly snapshot = (): PageState => this.state;

  readonly subscribe = (fn: () => void): (() => void) => this.listeners.add(fn);

  readonly setPane = (side: Side, patch: Partial<PaneState>, how: How): void =>
    this.setPage({ [side]: patchPane(this.state[side], patch) }, how);

  readonly setPage = (patch: Partial<PageState>, how: How): void => {
    if (how === "push" && this.wait() === 0) this.flush(); // the step that is left keeps what belongs to it
    this.state = { ...this.state, ...patch };
    this.listeners.tell();
    if (how === "push" && this.wait() === 0) this.write("push");
    else this.owe();
  };

  /** Back or forward: what is owed belongs to the step that was left. */
  private readonly turned = (): void => {
    this.settle();
    this.state = readAddress(this.page.location.search, this.state);
    this.listeners.tell();
  };

  private readonly flush = (): void => {
    if (this.owed !== null) this.write("replace");
  };

  private owe(): void {
    const due = Math.max(this.wait(), (this.calls.at(-1) ?? -Infinity) + GAP_MS - this.clock.now());
    if (due <= 0) this.write("replace");
    else this.owed ??= this.clock.after(due, this.flush);
  }

  /** Milliseconds until the browser takes another call. */
  private wait(): number {
    const now = this.clock.now();
    this.calls = this.calls.filter((at) => at > now - IN_MS);
    return this.calls.length < MOST ? 0 : this.calls[0]! + IN_MS - now;
  }

  private write(how: How): void {
    this.settle();
    const { location, history } = this.page;
    const search = writeAddress(this.state, location.search);
    if (search === location.search) return;
    this.calls.push(this.clock.now());
    const url = location.pathname + search + location.hash; // which may hold what is not ours
    if (how === "push") history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }

  private settle(): void {
    this.owed?.();
    this.owed = null;
  }
}
