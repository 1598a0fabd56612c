import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorCode, PageEntry } from "../protocol.ts";
import type { CopyState, Line } from "./copyStorage.ts";
import { SlowCopies, type KeptCopy } from "./simulation/copies.ts";
import { ProfileDisk } from "./simulation/disk.ts";
import { MemoryStorage } from "./memory.ts";
import { settled, TabTime, Timeline } from "./simulation/timeline.ts";
import { bench, change, EPOCH, GRID, head, joined, page, pass, range, type Bench } from "./testkit.ts";

const A: PageEntry = ["a", 1, { x: 1 }];
const B: PageEntry = ["b", 2, { x: 2 }];

let disk: ProfileDisk;
let time: Timeline;
let tabs: number;
let warned: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  disk = new ProfileDisk();
  time = new Timeline(1);
  tabs = 0;
  warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Tab = Bench & { readonly copies: SlowCopies; readonly writes: string[] };

/** A tab on the same disk, and what it writes there. */
async function open(maxRecords?: number, storage = new MemoryStorage("tab")): Promise<Tab> {
  const owner = `tab${++tabs}`;
  disk.open.add(owner);
  const copies = new SlowCopies(owner, disk, new TabTime(time));
  const writes: string[] = [];
  const { replace, append } = copies;
  copies.replace = (state: CopyState, lines: readonly Line[]) => {
    writes.push(`whole ${state.revision}: ${lines.map(({ id }) => id).join()}`);
    return replace.call(copies, state, lines);
  };
  copies.append = (...parts) => {
    writes.push(`append ${parts[0].revision}: ${parts[1].map(({ id }) => id).join()}`);
    return append.apply(copies, parts);
  };
  return { ...(await bench(storage, maxRecords, copies, time)), copies, writes };
}

function close({ replica, copies }: Tab): void {
  replica.stop();
  disk.open.delete(`tab${tabs}`);
  copies.close();
}

const lying = () => disk.kept.copies.get(GRID);

async function join({ wire }: Tab, records: readonly PageEntry[]): Promise<unknown> {
  await pass(time, 1_000);
  await wire.setLive(true);
  const sent = wire.take("join_grid");
  await sent.answer(joined(records));
  return sent.payload;
}

/** What a tab that is gone has left: a and b, at revision 2. */
async function left(): Promise<void> {
  const tab = await open();
  await join(tab, [A, B]);
  await pass(time, 5_000);
  expect(lying()?.head).toMatchObject({ epoch: EPOCH, revision: 2, count: 2 });
  close(tab);
  await pass(time, 5_000);
}

describe("R9: what this device has kept", () => {
  test("is shown without a network, and says so", async () => {
    await left();
    const { replica, wire } = await open();
    expect(replica.status().state).toBe("waiting");
    await pass(time, 1_000);
    expect(replica.status()).toMatchObject({
      state: "kept",
      epoch: EPOCH,
      revision: 2,
      count: 2,
      grid: { title: "Grid" },
      error: null,
    });
    expect(replica.get("a")).toMatchObject({ version: 1, fields: { x: 1 }, state: "saved" });
    expect(wire.sent).toEqual([]);
  });

  test("is shown with what is in the outbox", async () => {
    await left();
    const storage = new MemoryStorage("tab");
    const mutation = { type: "update_record", mutation_id: "m", id: "a", fields: { x: 5 } } as const;
    await storage.write([{ owner: "gone", grid: GRID, mutation }], []);
    const { replica } = await open(undefined, storage);
    await pass(time, 1_000);
    expect(replica.get("a")).toMatchObject({ fields: { x: 5 }, state: "pending" });
    expect(replica.status()).toMatchObject({ state: "kept", unsent: 1 });
  });

  test("is continued: the server is asked for what has changed since", async () => {
    await left();
    const tab = await open();
    await pass(time, 1_000);
    await tab.wire.setLive(true);
    const asked = tab.wire.take("join_grid");
    expect(asked.payload).toEqual({ grid: GRID, epoch: EPOCH, since: 2 });
    const news = page([["b", 3, null]], { mode: "delta", from: 2 });
    await asked.answer(joined([A, ["b", 3, null]], { mode: "delta", page: news }));
    expect(tab.replica.status()).toMatchObject({ state: "complete", revision: 3, count: 1, repairs: 0 });
    await pass(time, 5_000);
    expect(tab.writes).toEqual(["append 3: b"]);
    expect(lying()?.head).toMatchObject({ revision: 3, count: 1 });
  });

  test("stays in sight until a new epoch is complete, which then takes its place on disk", async () => {
    await left();
    const tab = await open();
    await pass(time, 1_000);
    await tab.wire.setLive(true);
    const first = page([["c", 6, { x: 6 }]], { epoch: "e2", more: true });
    await tab.wire
      .take("join_grid")
      .answer(joined([], { epoch: "e2", revision: 7, count: 2, page: first, digest: 0 }));
    await pass(time, 5_000);
    expect(tab.replica.status()).toMatchObject({ state: "kept", epoch: EPOCH });
    expect(tab.replica.ids()).toEqual(["a", "b"]);
    const second = page([["d", 7, { x: 7 }]], { epoch: "e2", mode: "delta", from: 6 });
    await tab.wire.take("pull").answer(second);
    expect(tab.replica.ids()).toEqual(["c", "d"]);
    await pass(time, 5_000);
    expect(tab.writes).toEqual(["whole 7: c,d"]);
    expect(lying()?.head.epoch).toBe("e2");
  });

  test("is not waited for when the disk is silent; what comes late is not needed any more", async () => {
    await left();
    const reading = vi.spyOn(SlowCopies.prototype, "read");
    let say = (): void => {};
    const silence = new Promise<void>((resolve) => (say = resolve));
    reading.mockImplementation(async (grid, each) => {
      await silence;
      each([...lying()!.lines], lying()!.head);
      return grid === GRID ? lying()!.head : null;
    });
    const tab = await open();
    await tab.wire.setLive(true);
    await pass(time, 2_900);
    expect(tab.wire.sent).toEqual([]);
    await pass(time, 200);
    const asked = tab.wire.take("join_grid");
    expect(asked.payload).toEqual({ grid: GRID });
    await asked.answer(joined([A]));
    say();
    await settled();
    expect(tab.replica.status()).toMatchObject({ state: "complete", count: 1 });
  });

  test.each<[string, (copy: KeptCopy) => KeptCopy]>([
    ["a record is lost", (copy) => ({ ...copy, lines: copy.lines.slice(1) })],
    [
      "a version is another",
      (copy) => ({ ...copy, lines: copy.lines.map((line) => ({ ...line, version: 9 })) }),
    ],
    ["a line is lost that no digest misses", (copy) => ({ ...copy, head: { ...copy.head, lines: 3 } })],
  ])("that is damaged (%s) is fetched anew, and nobody is bothered with it", async (_what, alter) => {
    await left();
    disk.kept.put(GRID, { ...alter(lying()!), isDamaged: true });
    const tab = await open();
    expect(await join(tab, [A, B])).toEqual({ grid: GRID });
    expect(tab.replica.status()).toMatchObject({ state: "complete", error: null, problem: null, repairs: 0 });
    expect(warned).toHaveBeenCalledOnce();
    await pass(time, 5_000);
    expect(lying()).toMatchObject({ isDamaged: false, head: { lines: 2 } });
  });

  test("R13: of which the server's digest differs is read from 0, once, and replaced", async () => {
    await left();
    const tab = await open();
    await pass(time, 1_000);
    await tab.wire.setLive(true);
    const other: PageEntry[] = [
      ["a", 1, { x: 1 }],
      ["c", 2, { x: 3 }],
    ];
    const nothing = page([], { mode: "delta", from: 2, to: 2 });
    await tab.wire.take("join_grid").answer(joined(other, { mode: "delta", page: nothing }));
    const pull = tab.wire.take("pull");
    expect(pull.payload).toMatchObject({ since: 0 });
    await pull.answer(page(other));
    expect(tab.replica.ids()).toEqual(["a", "c"]);
    expect(tab.replica.status().repairs).toBe(1);
    await pass(time, 5_000);
    expect(tab.writes).toContain("whole 2: a,c");
    expect(lying()?.head.digest).toBe(head(other).digest);
  });
});

describe("R5: what is written", () => {
  test("waits until changes settle, and is one write for all of them", async () => {
    const tab = await open();
    await join(tab, [A, B]);
    await pass(time, 900);
    expect(tab.writes).toEqual([]);
    await pass(time, 2_000);
    expect(tab.writes).toEqual(["whole 2: a,b"]);
    for (let n = 3; n < 40; n++) await tab.wire.announce("changes", range(n - 1, [change(n, "a", { x: n })]));
    await pass(time, 2_000);
    expect(tab.writes.slice(1)).toEqual(["append 39: a"]);
    await pass(time, 60_000);
    expect(tab.writes).toHaveLength(2);
  });

  test("does not wait when the page may be on its way out", async () => {
    const tab = await open();
    await join(tab, [A, B]);
    tab.replica.flush();
    await pass(time, 600);
    expect(tab.writes).toEqual(["whole 2: a,b"]);
  });

  test("is never a copy that is filling", async () => {
    const tab = await open();
    await pass(time, 1_000);
    await tab.wire.setLive(true);
    await tab.wire.take("join_grid").answer(joined([A, B], { page: page([A], { more: true }) }));
    await pass(time, 10_000);
    tab.replica.flush();
    await pass(time, 10_000);
    expect(tab.writes).toEqual([]);
    expect(lying()).toBeUndefined();
  });

  test("is the definition too", async () => {
    const tab = await open();
    await join(tab, [A, B]);
    await pass(time, 5_000);
    await tab.wire.announce("grid_changed", { grid: GRID, definition: 2 });
    const grid = { id: GRID, title: "New", definition: 2, fields: [] };
    await tab.wire.take("join_grid").answer(joined([A, B], { grid, page: page([], { more: true }) }));
    await pass(time, 5_000);
    expect(lying()?.head).toMatchObject({ revision: 2, grid: { title: "New" } });
  });

  test("is written by one tab; another takes over when that is gone", async () => {
    const first = await open();
    await join(first, [A, B]);
    await pass(time, 5_000);
    const second = await open();
    await pass(time, 1_000);
    await second.wire.setLive(true);
    const nothing = page([], { mode: "delta", from: 2, to: 2 });
    await second.wire.take("join_grid").answer(joined([A, B], { mode: "delta", page: nothing }));
    await second.wire.announce("changes", range(2, [change(3, "a", { x: 3 })]));
    await pass(time, 5_000);
    expect(second.writes).toEqual([]);
    first.replica.stop();
    await pass(time, 5_000);
    expect(second.writes).toEqual(["append 3: a"]);
  });
});

describe("what is not kept", () => {
  test.each<ErrorCode>(["forbidden", "not_found", "unauthorized"])(
    "%s: what was kept is neither shown nor left on the disk; the outbox is",
    async (code) => {
      await left();
      const storage = new MemoryStorage("tab");
      const tab = await open(undefined, storage);
      await pass(time, 1_000);
      tab.replica.update("a", { x: 5 }, { x: 1 });
      if (code === "unauthorized") tab.wire.refusals.tell({ code, message: "No.", retry: false });
      else {
        await tab.wire.setLive(true);
        await tab.wire.take("join_grid").refuse({ code, retry: false });
      }
      await pass(time, 5_000);
      expect(tab.replica.get("b")).toBeUndefined();
      expect(tab.replica.status()).toMatchObject({ state: "waiting", count: 0, grid: null, unsent: 1 });
      expect(lying()).toBeUndefined();
      expect(await storage.load(GRID)).toHaveLength(1);
    },
  );

  test.each<ErrorCode>(["unsupported_protocol", "busy"])("%s takes nothing away", async (code) => {
    await left();
    const tab = await open();
    await pass(time, 1_000);
    tab.wire.refusals.tell({ code, message: "No.", retry: false });
    await pass(time, 5_000);
    expect(tab.replica.status()).toMatchObject({ state: "kept", count: 2 });
    expect(lying()).toBeDefined();
  });

  test("an open page that is refused later keeps what it shows, but not on the disk", async () => {
    const tab = await open();
    await join(tab, [A, B]);
    await pass(time, 5_000);
    await tab.wire.setLive(false);
    tab.wire.refusals.tell({ code: "unauthorized", message: "No.", retry: false });
    tab.replica.update("a", { x: 5 }, { x: 1 });
    await pass(time, 10_000);
    expect(tab.replica.status()).toMatchObject({ state: "complete", count: 2 });
    expect(lying()).toBeUndefined();
  });

  test("a grid with more records than this browser opens is not stored", async () => {
    const tab = await open(2);
    await join(tab, [A, B]);
    await pass(time, 5_000);
    expect(lying()?.head.count).toBe(2);
    await tab.wire.announce("changes", range(2, [change(3, "c", { x: 3 }, "add")]));
    await pass(time, 5_000);
    expect(tab.replica.status()).toMatchObject({ state: "complete", count: 3 });
    expect(lying()).toBeUndefined();
  });

  test("one that has grown so large meanwhile is not shown from the disk either", async () => {
    await left();
    const tab = await open(2);
    await pass(time, 1_000);
    expect(tab.replica.status().state).toBe("kept");
    await tab.wire.setLive(true);
    const news = page([["c", 3, {}]], { mode: "delta", from: 2 });
    await tab.wire.take("join_grid").answer(joined([A, B, ["c", 3, {}]], { mode: "delta", page: news }));
    await pass(time, 5_000);
    expect(tab.replica.status()).toMatchObject({
      state: "waiting",
      count: 0,
      tooLarge: { count: 3, max: 2 },
    });
    expect(lying()).toBeUndefined();
  });
});

describe("a disk that does not take it", () => {
  test("is full: the copy makes room, it is said once, and edits go on", async () => {
    await left();
    const full = Object.assign(new Error("full"), { name: "QuotaExceededError" });
    const tab = await open();
    const replace = vi.spyOn(tab.copies, "replace").mockRejectedValue(full);
    await join(tab, [A, B]);
    await tab.wire.announce("changes", range(2, [change(3, "a", { x: 3 })]));
    await pass(time, 5_000);
    expect(tab.replica.status().problem?.message).toMatch(/no copy of the records/);
    expect(lying()).toBeUndefined();
    expect(tab.replica.status()).toMatchObject({ state: "complete", revision: 3 });
    await tab.wire.announce("changes", range(3, [change(4, "a", { x: 4 })]));
    await pass(time, 60_000);
    expect(replace).toHaveBeenCalledOnce();
    expect(tab.replica.update("a", { x: 9 }, { x: 4 })).not.toBeNull();
  });

  test("fails with what was added: the next write has that too", async () => {
    const tab = await open();
    await join(tab, [A, B]);
    await pass(time, 5_000);
    const append = vi.spyOn(tab.copies, "append");
    append.mockRejectedValueOnce(new Error("aborted"));
    await tab.wire.announce("changes", range(2, [change(3, "a", { x: 3 })]));
    await pass(time, 1_500);
    await tab.wire.announce("changes", range(3, [change(4, "b", { x: 4 })]));
    await pass(time, 5_000);
    expect(append).toHaveBeenCalledTimes(2);
    expect(tab.writes).toEqual(["whole 2: a,b", "append 4: a,b"]);
    expect(tab.replica.status().problem).toBeNull();
  });

  test("fails once: it is written the next time, and nobody is told", async () => {
    const tab = await open();
    vi.spyOn(tab.copies, "replace").mockRejectedValueOnce(new Error("aborted"));
    await join(tab, [A, B]);
    await pass(time, 10_000);
    expect(tab.replica.status().problem).toBeNull();
    expect(lying()?.head.revision).toBe(2);
  });
});
