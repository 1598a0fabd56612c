// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import type { Access, WireError } from "../protocol.ts";
import { Rights } from "./rights.ts";
import { settled, Timeline } from "./simulation/timeline.ts";
import { ScriptedWire } from "./testkit.ts";
import { Refused } from "./wire.ts";

const VIEW: Access = { keyed: true, name: "Ann", role: "view", grid: null, may_share: false };
const EDIT: Access = { ...VIEW, role: "edit" };

afterEach(() => localStorage.clear());

/** A page whose server answers what stands in `answers`, each once; an error is a refusal. */
function page({ key = 1, answers = [] as (Access | WireError)[] } = {}) {
  const wire = new ScriptedWire();
  const clock = new Timeline(1);
  const asked: number[] = [];
  const ask = async (): Promise<Access> => {
    asked.push(clock.now());
    const answer = answers.shift()!;
    if ("code" in answer) throw new Refused(answer);
    return answer;
  };
  return { wire, clock, asked, answers, rights: new Rights({ wire, ask, access: () => key, clock }) };
}

test("it asks at each connection, and tells of what is new", async () => {
  const { wire, asked, rights } = page({ answers: [EDIT, VIEW, { ...VIEW }] });
  const told: (Access | null)[] = [];
  rights.subscribe(() => told.push(rights.snapshot()));
  expect(rights.mayEdit("tasks")).toBe(true);
  for (const live of [true, false, true, false, true]) await wire.setLive(live);
  expect(asked).toHaveLength(3);
  expect(told).toEqual([EDIT, VIEW]);
  expect(rights.mayEdit("tasks")).toBe(false);
});

test("a key of one grid edits that alone", async () => {
  const { wire, rights } = page({ answers: [{ ...EDIT, grid: "tasks" }] });
  await wire.setLive(true);
  expect([rights.mayEdit("tasks"), rights.mayEdit("airports")]).toEqual([true, false]);
});

test("until it is told, it is what this device knows of the same key", async () => {
  const first = page({ answers: [VIEW] });
  await first.wire.setLive(true);
  expect(page().rights.snapshot()).toEqual(VIEW);
  expect(page({ key: 2 }).rights.snapshot()).toBeNull();
  localStorage.setItem("tandem.rights", "rubbish");
  expect(page().rights.mayEdit("tasks")).toBe(true);
});

test("a server that cannot say it now is asked again, as long as it is there", async () => {
  const busy: WireError = { code: "busy", message: "Later.", retry: true };
  const { wire, clock, asked, answers, rights } = page({ answers: [busy, busy] });
  await wire.setLive(true);
  await clock.pass(5_000, () => undefined);
  expect(asked).toHaveLength(2);
  await wire.setLive(false);
  await clock.pass(60_000, () => undefined);
  expect(asked).toHaveLength(2);
  answers.push({ code: "not_found", message: "An older server.", retry: false });
  await wire.setLive(true);
  await clock.pass(60_000, () => undefined);
  expect(asked).toHaveLength(3);
  expect(rights.snapshot()).toBeNull();
});

test("an answer to an older connection is not taken", async () => {
  const wire = new ScriptedWire();
  const answers: ((access: Access) => void)[] = [];
  const ask = (): Promise<Access> => new Promise((resolve) => answers.push(resolve));
  const rights = new Rights({ wire, ask, access: () => 1 });
  for (const live of [true, false, true]) await wire.setLive(live);
  answers[1]!(VIEW);
  await settled();
  answers[0]!(EDIT);
  await settled();
  expect(rights.snapshot()).toEqual(VIEW);
});
