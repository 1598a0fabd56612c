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
  const release = client.retain(id);
  page.ask(options);
  const ends = [release, page.subscribe(() => {})]; // it follows as long as somebody listens
  return {
    replica,
    ...editsOf(replica),
    snapshot: page.snapshot,
    subscribe: page.subscribe,
    ask: (asked) => page.ask(asked),
    until: (isSo) =>
      new Promise((resolve, reject) => {
        const now = page.look(); // an edit that was just made counts
        if (isSo(now)) return resolve(now);
        const off = page.subscribe(() => {
          if (!isSo(page.snapshot())) return;
          off();
          waiting.delete(closed);
          resolve(page.snapshot());
        });
        const closed = (): void => {
          off();
          reject(new Error(`The grid ${id} was closed.`));
        };
        waiting.add(closed);
      }),
    close: () => {
      for (const end of ends.splice(0)) end();
      for (const closed of waiting) closed();
      waiting.clear();
    },
  };
}
