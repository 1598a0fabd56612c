import { expect, test, vi } from "vitest";
import type { Head } from "../protocol.ts";
import { compare } from "./comparison.ts";
import { Copy } from "./copy.ts";
import { settled, Timeline } from "./simulation/timeline.ts";
import { Subscribers } from "./subscribers.ts";
import { change, EPOCH, head, joined, joinedBench, page, range } from "./testkit.ts";

const ONE = [["r1", 1, { a: 1 }]] as const;
const TWO = [...ONE, ["r2", 2, { a: 2 }]] as const;

function copyOf(records: Parameters<typeof page>[0]): Copy {
  const copy = new Copy(EPOCH);
  copy.take(page(records));
  return copy;
}

function setUp(copy: Copy | null, ...heads: Head[]) {
  const clock = new Timeline(1);
  const changes = new Subscribers<void>();
  let asked = 0;
  const comparing = compare({
    head: () => Promise.resolve(heads[Math.min(asked++, heads.length - 1)]!),
    copy: () => copy,
    onChange: (fn) => changes.add(fn),
    clock,
  });
  return { clock, changes, comparing, asked: () => asked };
}

test("R13: the same records at the same revision are equal, counted anew", async () => {
  const copy = copyOf(TWO);
  copy.digest = 7; // what is kept incrementally is not believed
  const comparison = await setUp(copy, head(TWO)).comparing;
  expect(comparison).toMatchObject({ verdict: "equal", here: comparison.server });
  expect(comparison.server).toMatchObject({ epoch: EPOCH, revision: 2, count: 2 });
});

test("another digest at the same revision is told", async () => {
  const { verdict, here, server } = await setUp(copyOf(TWO), head(TWO, { digest: 7 })).comparing;
  expect(verdict).toBe("differs");
  expect([here?.revision, server.digest]).toEqual([2, 7]);
});

test("another count at the same digest is told", async () => {
  expect((await setUp(copyOf(TWO), head(TWO, { count: 3 })).comparing).verdict).toBe("differs");
});

test("waits until the copy has come to where the server is", async () => {
  const copy = copyOf(ONE);
  const { comparing, changes } = setUp(copy, head(TWO));
  await settled();
  copy.apply(range(1, [change(2, "r2", { a: 2 }, "add")]));
  changes.tell();
  expect((await comparing).verdict).toBe("equal");
});

test("asks again when the copy is past it, and says so when that does not end", async () => {
  const again = setUp(copyOf(TWO), head(ONE), head(TWO));
  await settled();
  again.changes.tell();
  expect((await again.comparing).verdict).toBe("equal");

  const { comparing, clock, asked } = setUp(null, head(ONE));
  await clock.pass(60_000, () => undefined);
  expect(await comparing).toMatchObject({ verdict: "moving", here: null });
  expect(asked()).toBe(5);
});

test("R13: a replica that differs is told, and read anew", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { replica, wire } = await joinedBench(ONE);
  const comparing = replica.compare();
  const asked = wire.take("join_grid");
  expect(asked.payload).toMatchObject({ limit: 0 });
  await asked.answer(joined(ONE, { digest: 7 }));
  expect((await comparing).verdict).toBe("differs");
  expect(wire.take("pull").payload).toMatchObject({ since: 0 });
  expect(replica.status().repairs).toBe(1);
});

test("a grid that nobody looks at is left again when it was asked for", async () => {
  const { replica, wire } = await joinedBench(ONE);
  replica.stop();
  wire.take("leave_grid");
  const comparing = replica.compare();
  await wire.take("join_grid").answer(joined(ONE));
  expect((await comparing).verdict).toBe("equal");
  wire.take("leave_grid");
});
