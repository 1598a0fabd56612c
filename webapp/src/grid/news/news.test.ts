import { expect, test } from "vitest";
import { Timeline } from "../../sync/simulation/timeline.ts";
import { pass } from "../../sync/testkit.ts";
import type { News } from "../../sync/types.ts";
import { FRESH_MS, Lately, MOST_FLASHES } from "./lately.ts";
import { PAUSE_MS, Pauses, SOON_MS } from "./pauses.ts";

const author = { id: "b", name: "Ben" };
const news = (kind: News["kind"], fields: readonly string[] = []): News => ({
  id: "a",
  kind,
  fields,
  author,
  revision: 1,
});

test("what comes is told soon, and then together after each pause", async () => {
  const time = new Timeline(1);
  const told: string[] = [];
  const pauses = new Pauses<string>(time, (items) => told.push(items.join("")));
  pauses.add(["a"]);
  pauses.add(["b"]);
  expect(told).toEqual([]);
  await pass(time, SOON_MS);
  expect(told).toEqual(["ab"]);
  pauses.add([]);
  pauses.add(["c"]);
  await pass(time, PAUSE_MS - 1);
  pauses.add(["d"]);
  expect(told).toEqual(["ab"]);
  await pass(time, 1);
  expect(told).toEqual(["ab", "cd"]);
  await pass(time, PAUSE_MS);
  pauses.add(["e"]);
  await pass(time, SOON_MS);
  expect(told).toEqual(["ab", "cd", "e"]);
  pauses.add(["f"]);
  pauses.stop();
  await pass(time, PAUSE_MS);
  expect(told).toHaveLength(3);
});

test("news are fresh for as long as a flash lasts; of a deleted row it is known who did it", () => {
  let now = 0;
  const lately = new Lately(() => now);
  const change = news("update", ["x"]);
  expect(lately.isFresh(change)).toBe(false);
  lately.note([change], () => true);
  now = FRESH_MS - 1;
  expect(lately.isFresh(change)).toBe(true);
  now = FRESH_MS;
  expect(lately.isFresh(change)).toBe(false);

  const many = Array.from({ length: MOST_FLASHES + 3 }, () => news("update", ["x"]));
  lately.note(many, () => true);
  expect(many.filter((each) => lately.isFresh(each))).toEqual(many.slice(0, MOST_FLASHES));
  now += FRESH_MS;
  const elsewhere = news("update", ["x"]);
  lately.note([elsewhere], () => false);
  expect(lately.isFresh(elsewhere)).toBe(false);

  lately.note([news("delete")], () => false);
  expect(lately.deleterOf("a")).toBeNull();
  lately.note([news("delete")], () => true);
  expect(lately.deleterOf("a")).toBe("Ben");
  lately.note([news("add", ["x"])], () => true);
  expect(lately.deleterOf("a")).toBeNull();
});

test("a new row flashes from when it shows, however long it waited for that", () => {
  let now = 0;
  const lately = new Lately(() => now);
  const added = news("add", ["x"]);
  lately.note([added], () => false);
  now = 60_000;
  expect(lately.isFresh(added)).toBe(false);
  expect(lately.added("a")).toBe(added);
  now += FRESH_MS - 1;
  expect(lately.added("a")).toBe(added);
  expect(lately.isFresh(added)).toBe(true);
  now += 1;
  expect(lately.added("a")).toBeUndefined();
  expect(lately.added("b")).toBeUndefined();
});
