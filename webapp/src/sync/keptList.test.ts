// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { Client } from "./client.ts";
import type { Connection } from "./connection.ts";
import { KeptList } from "./keptList.ts";
import { MemoryStorage } from "./memory.ts";
import { ScriptedWire } from "./testkit.ts";

const GRIDS = [{ id: "grid", title: "Grid", revision: 3, count: 2 }];

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

test("the list of grids is at hand at the next visit", async () => {
  const wire = new ScriptedWire();
  const open = (): Client =>
    new Client({
      connection: wire as unknown as Connection,
      storage: new MemoryStorage(),
      list: new KeptList(() => 1),
    });
  const client = open();
  expect(client.lastGrids()).toBeNull();
  await wire.setLive(true);
  const asked = client.listGrids();
  await wire.take("list_grids").answer({ grids: GRIDS });
  expect(await asked).toEqual(GRIDS);
  expect(open().lastGrids()).toEqual(GRIDS);
});

test("it is not there for another key, nor once it is forgotten", () => {
  const list = new KeptList(() => 1);
  list.keep(GRIDS);
  expect(new KeptList(() => 2).kept()).toBeNull();
  expect(list.kept()).toEqual(GRIDS);
  list.forget();
  expect(list.kept()).toBeNull();
});

test.each([
  ["rubbish", () => localStorage.setItem("tandem.grids", "{")],
  ["something else", () => localStorage.setItem("tandem.grids", '{"access": 1, "grids": 5}')],
  ["what a page stumbles over", () => localStorage.setItem("tandem.grids", '{"access": 1, "grids": [null]}')],
  ["storage that is switched off", () => vi.stubGlobal("localStorage", undefined)],
])("%s is no list, and no error", (_what, spoil) => {
  spoil();
  const list = new KeptList(() => 1);
  expect(list.kept()).toBeNull();
  list.keep(GRIDS);
  list.forget();
});
