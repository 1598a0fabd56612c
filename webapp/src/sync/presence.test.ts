import { expect, test, vi } from "vitest";
import type { Cell, Presence as Wired } from "../protocol.ts";
import { Presence } from "./presence.ts";
import { Disconnected, type Wire } from "./wire.ts";

const CELL: Cell = { id: "a", field: "name" };
const person = (session: string, cell: Cell | null = null, editing = false): Wired => ({
  session,
  name: session,
  color: "#0072b2",
  cell,
  editing,
});

/** Time that stands until it is told to go on, and a wire that keeps what was told. */
function setUp() {
  let now = 0;
  const due: { at: number; fn: () => void }[] = [];
  const told: unknown[] = [];
  const request = vi.fn((_event: string, payload: unknown) => {
    told.push(payload);
    return Promise.reject(new Disconnected("set_presence"));
  });
  const wire = { live: true, request, on: () => () => {}, onLive: () => () => {} } as unknown as Wire;
  const clock = {
    now: () => now,
    random: () => 0.5,
    after(ms: number, fn: () => void) {
      const entry = { at: now + ms, fn };
      due.push(entry);
      return () => void (due.includes(entry) && due.splice(due.indexOf(entry), 1));
    },
  };
  const pass = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const next = due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      due.splice(due.indexOf(next), 1);
      now = next.at;
      next.fn();
    }
    now = end;
  };
  const cells = () => told.splice(0).map((payload) => (payload as { cell: Cell | null }).cell?.field ?? null);
  return { presence: new Presence("g", wire, clock), pass, told, cells };
}

test("everybody is known but oneself, until they go", () => {
  const { presence } = setUp();
  presence.joined("me", [person("me"), person("ben"), person("cat", CELL)]);
  expect(presence.others().map(({ session }) => session)).toEqual(["ben", "cat"]);
  expect(presence.at("a").map(({ session }) => session)).toEqual(["cat"]);
  presence.announced([person("me", CELL), { session: "cat", gone: true }, person("ben", CELL, true)]);
  expect(presence.others()).toEqual([person("ben", CELL, true)]);
  expect(presence.at("a")).toEqual([person("ben", CELL, true)]);
  presence.left();
  expect(presence.others()).toEqual([]);
  expect(presence.at("a")).toEqual([]);
});

test("what is announced before the answer is newer than the answer", () => {
  const { presence } = setUp();
  presence.announced([person("ben", CELL), { session: "cat", gone: true }]);
  expect(presence.others()).toEqual([]);
  presence.joined("me", [person("ben"), person("cat")]);
  expect(presence.others()).toEqual([person("ben", CELL)]);
});

test("who is in an old session is nobody in the next", () => {
  const { presence } = setUp();
  presence.joined("me", [person("ben")]);
  presence.announced([person("cat")]);
  presence.left();
  presence.joined("me again", [person("me again"), person("dan")]);
  expect(presence.others().map(({ session }) => session)).toEqual(["dan"]);
});

test("what is told of oneself makes nobody look", () => {
  const { presence } = setUp();
  presence.joined("me", [person("me"), person("ben")]);
  const looked = vi.fn();
  presence.subscribe(looked);
  presence.announced([person("me", CELL)]);
  expect(looked).not.toHaveBeenCalled();
  presence.announced([person("ben", CELL)]);
  expect(looked).toHaveBeenCalledOnce();
});

test("those at another record are the same array, so that nothing of it renders", () => {
  const { presence } = setUp();
  presence.joined("me", [person("ben", CELL), person("cat", { id: "b", field: "x" })]);
  const before = presence.at("a");
  presence.announced([person("cat", { id: "b", field: "y" })]);
  expect(presence.at("a")).toBe(before);
  expect(presence.at("b")[0]?.cell?.field).toBe("y");
});

test("of a run through cells the last is told, and told again while it holds", () => {
  const { presence, pass, cells } = setUp();
  presence.joined("me", []);
  for (const field of ["a", "b", "c"]) presence.set({ id: "a", field }, false);
  expect(cells()).toEqual([]);
  pass(100);
  expect(cells()).toEqual(["c"]);
  pass(20_000);
  expect(cells()).toEqual(["c", "c"]);
  presence.set(null, false);
  pass(60_000);
  expect(cells()).toEqual([null]);
});

test("the pause does not begin anew with each cell", () => {
  const { presence, pass, cells } = setUp();
  presence.joined("me", []);
  for (const field of ["a", "b", "c", "d"]) {
    presence.set({ id: "a", field }, false);
    pass(60);
  }
  expect(cells()).toEqual(["b", "d"]);
});

test("nothing is told without a session, and at once in the next", () => {
  const { presence, pass, cells } = setUp();
  presence.set(CELL, true);
  pass(60_000);
  expect(cells()).toEqual([]);
  presence.joined("me", []);
  expect(cells()).toEqual(["name"]);
  presence.left();
  pass(60_000);
  expect(cells()).toEqual([]);
  presence.joined("me again", []);
  expect(cells()).toEqual(["name"]);
});
