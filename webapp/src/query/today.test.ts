// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { dayAt } from "./days.ts";
import { StillClock } from "./testkit.ts";
import { subscribeToday } from "./today.ts";

const HOUR = 3_600_000;

test("today is told at each midnight, and when the page is looked at again", () => {
  const clock = new StillClock();
  const days: string[] = [];
  const end = subscribeToday(() => days.push(dayAt(clock.now())), clock);
  const today = dayAt(clock.now());
  const midnight = new Date(clock.now()).setHours(24, 0, 0, 0);
  clock.pass(midnight - clock.now() - 1);
  expect(days).toEqual([]);
  clock.pass(1);
  expect(days).toEqual([dayAt(midnight)]);
  expect(days).not.toContain(today);
  clock.pass(25 * HOUR); // longer than the longest day
  expect(days).toHaveLength(2);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(days).toHaveLength(3);
  end();
  clock.pass(25 * HOUR);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(days).toHaveLength(3);
});
