// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { io } from "socket.io-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Client } from "./client.ts";
import { connect, type ConnectOptions } from "./connect.ts";
import { Locks } from "./testkit.ts";

vi.mock("socket.io-client", () => ({
  io: vi.fn(() => ({ connected: false, on: vi.fn(), connect: vi.fn(), disconnect: vi.fn() })),
}));

const HERE = "https://here.example";
const THERE = "https://there.example";

let clients: Client[];
const locks = new Locks();

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(navigator, "locks", "get").mockReturnValue(locks as unknown as LockManager);
  location.href = HERE;
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client.close();
  localStorage.clear();
  vi.clearAllMocks();
});

function open(options?: ConnectOptions): Client {
  const client = connect(options);
  clients.push(client);
  return client;
}

/** An edit that nobody answers. */
async function edit(client: Client): Promise<void> {
  const replica = client.replica("tasks");
  await replica.recall();
  replica.add({ title: "Paint the hangar" });
  await vi.waitFor(() => expect(replica.status()).toMatchObject({ unsent: 1, storing: 0 }));
}

async function unsent(client: Client): Promise<number> {
  await client.replica("tasks").recall();
  return client.replica("tasks").status().unsent;
}

const asked = (): unknown => vi.mocked(io).mock.lastCall?.[0];

test("R10: what a client has not sent is the next one's, but never another server's", async () => {
  const first = open({ url: THERE });
  await edit(first);
  await first.close();
  expect(await unsent(open())).toBe(0);
  expect(await unsent(open({ url: "https://third.example" }))).toBe(0);
  expect(await unsent(open({ url: THERE }))).toBe(1);
});

test("by its own origin a page means what it means without any", async () => {
  const first = open();
  expect(asked()).toBe("");
  await edit(first);
  await first.close();
  const again = open({ url: `${HERE}/` });
  expect(asked()).toBe("");
  expect(await unsent(again)).toBe(1);
});

test("the user is another one for each server, and is asked for with the key that was given", () => {
  const here = open({ name: "Ann" }).connection;
  const there = open({ url: THERE, key: "WORD" }).connection;
  expect(there.identity).toMatchObject({ name: null, token: "WORD" });
  expect(there.server).toEqual({ url: THERE, token: "WORD" });
  expect(here.server).toEqual({ url: "", token: null });
  expect(there.identity.user).not.toBe(here.identity.user);
  expect(open().connection.identity).toMatchObject({ name: "Ann", user: here.identity.user });
});

test("in memory nothing is kept on the device", async () => {
  const opened = vi.spyOn(indexedDB, "open");
  const client = open({ storage: "memory", name: "Ann" });
  await edit(client);
  client.flush();
  expect(client.replica("tasks").status()).toMatchObject({ durable: false, problem: null });
  expect(client.connection.identity.name).toBe("Ann");
  expect(opened).not.toHaveBeenCalled();
  expect(localStorage.length).toBe(0);
});

test("a closed client hears nothing of its page any more", async () => {
  const client = open();
  await client.close();
  const flush = vi.spyOn(client, "flush");
  const inherit = vi.spyOn(client, "inherit");
  dispatchEvent(new Event("pagehide"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect([flush.mock.calls, inherit.mock.calls]).toEqual([[], []]);
  expect(client.connection.status().status).toBe("offline");
});

test.each([`${THERE}/tandem`, `${THERE}/?a=1`, "ftp://there.example", "//"])("%s is no server", (url) => {
  expect(() => connect({ url })).toThrow(TypeError);
});

test("where there is no page, the server has to be named", () => {
  vi.stubGlobal("location", undefined);
  expect(() => connect()).toThrow("connect({ url: … })");
  vi.unstubAllGlobals();
});
