import type { Client } from "../sync/client.ts";
import type { Replica } from "../sync/replica.ts";
import { editsOf, type GridEdits } from "./gridEdits.ts";
import { GridPage, type GridNow, type GridOptions } from "./gridPage.ts";

/** A grid that is joined until it is closed: what `useGrid` is in React. */
export interface OpenGrid extends GridEdits {
  /** for more than this: single records, news of others, who else is here */
  readonly replica: Replica;
  /** The same object until something of it changes. */
  snapshot(): GridNow;
  /** `fn` when there is another snapshot, at most once per frame; returns what ends that. */
  subscribe(fn: () => void): () => void;
  /** Shows what matches another query, or another page of it, at once. */
  ask(options: GridOptions): void;
  /** What is there as soon as it is so. Rejects when the grid is closed before. */
  until(isSo: (now: GridNow) => boolean): Promise<GridNow>;
  /** Leaves the grid when nothing of it is unsent. */
  close(): void;
}

/** Opens a grid outside React. */
export function openGrid(client: Client, id: string, options: GridOptions = {}): OpenGrid {
  const replica = client.replica(id);
  const page = new GridPage(replica);
  const waiting = new Set<() => void>();
  let isClosed = false;
  page.ask(options);
  page.subscribe(() => {}); // it follows as long as somebody listens
  const release = client.retain(id);
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    forget();
    release();
    page.end();
    for (const look of waiting) look();
  };
  const forget = client.onClose(close);
  const until = (isSo: (now: GridNow) => boolean): Promise<GridNow> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const now = page.look(); // an edit that was just made counts
        if (isClosed) reject(new Error(`The grid ${id} was closed.`));
        else if (isSo(now)) resolve(now);
        else return;
        off();
        waiting.delete(look);
      };
      const off = page.subscribe(look);
      waiting.add(look);
      look();
    });
  const { snapshot, subscribe } = page;
  return { replica, ...editsOf(replica), snapshot, subscribe, ask: (asked) => page.ask(asked), until, close };
}
