// @vitest-environment happy-dom
import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { WireError } from "../protocol.ts";
import { Connection, type ConnectionStatus } from "./connection.ts";
import { Identity } from "./identity.ts";
import { settled, Timeline } from "./simulation/timeline.ts";
import { pass } from "./testkit.ts";
import { Disconnected, Refused, RequestTimeout } from "./wire.ts";

type Listener = (news?: unknown) => void;

/** A Socket.IO socket as far as it is used. */
class FakeSocket {
  connected = false;
  sendBuffer: unknown[] = [];
  readonly io = { engine: { transport: { name: "websocket" } } };
  tries = 0;
  disconnects = 0;
  readonly emitted: {
    event: string;
    payload: unknown;
    give: (ack: unknown) => void;
    fail: (error: Error) => void;
  }[] = [];
  private readonly listeners = new Map<string, Listener>();

  on(event: string, fn: Listener): void {
    this.listeners.set(event, fn);
  }

  fire(event: string, news?: unknown): void {
    this.listeners.get(event)!(news);
  }

  connect(): void {
    this.tries += 1;
  }

  disconnect(): void {
    this.disconnects += 1;
  }

  timeout(): this {
    return this;
  }

  emitWithAck(event: string, payload: unknown): Promise<unknown> {
    return new Promise((give, fail) => this.emitted.push({ event, payload, give, fail }));
  }

  open(): void {
    this.connected = true;
    this.fire("connect");
  }

  drop(reason = "transport close"): void {
    this.connected = false;
    this.fire("disconnect", reason);
  }

  refuse(data?: Partial<WireError>): void {
    this.fire("connect_error", Object.assign(new Error("xhr poll error"), { data }));
  }
}

let socket: FakeSocket;
let time: Timeline;
let connection: Connection;
let fetched: ReturnType<typeof vi.fn>;

beforeEach(() => {
  socket = new FakeSocket();
  time = new Timeline(1);
  fetched = vi.fn(() => Promise.reject(new TypeError("fetch failed")));
  vi.stubGlobal("fetch", fetched);
  connection = new Connection({ socket: socket as unknown as Socket, clock: time });
  connection.start();
});
afterEach(() => {
  connection.stop();
  vi.unstubAllGlobals();
  localStorage.clear();
});

/** Time passes until the next try is due. */
async function untilItTries(): Promise<void> {
  const before = socket.tries;
  await pass(time, connection.status().retryAt! - time.now());
  expect(socket.tries).toBe(before + 1);
}

test("tells why the server lets nobody in, and of nothing else", async () => {
  const refusals: string[] = [];
  const off = connection.onRefused(({ code }) => refusals.push(code));
  socket.refuse();
  await settled();
  expect(refusals).toEqual([]);
  socket.refuse({ code: "unauthorized", message: "No key.", retry: false });
  off();
  socket.refuse({ code: "unauthorized", message: "No key.", retry: false });
  expect(refusals).toEqual(["unauthorized"]);
});

describe("reconnecting", () => {
  test("connecting, live, reconnecting, live", () => {
    const seen: string[] = [];
    connection.subscribe(() => seen.push(connection.status().status));
    expect(connection.status()).toEqual({ status: "connecting", attempt: 0, retryAt: null });
    socket.open();
    socket.drop();
    connection.retryNow();
    socket.open();
    expect(seen).toEqual(["live", "reconnecting", "reconnecting", "live"]);
    expect(connection.status()).toEqual({ status: "live", attempt: 0, retryAt: null });
  });

  test.each([
    ["the transport is lost", () => socket.drop()],
    ["the server disconnects us", () => socket.drop("io server disconnect")],
    ["it cannot be reached", () => socket.refuse()],
    ["it is busy", () => socket.refuse({ code: "busy", message: "Busy.", retry: true })],
    ["it refuses us", () => socket.refuse({ code: "unauthorized", message: "No key.", retry: false })],
  ])("when %s, it tries again by itself", async (_, happen) => {
    socket.open();
    socket.connected = false;
    happen();
    await settled();
    const { attempt, retryAt } = connection.status();
    expect(attempt).toBe(1);
    expect(retryAt).toBeGreaterThanOrEqual(time.now());
    await untilItTries();
    expect(connection.status().retryAt).toBeNull();
  });

  test("the wait grows, with jitter, up to a bound", () => {
    const waits: number[] = [];
    for (let i = 0; i < 40; i++) {
      socket.refuse({ code: "busy", message: "Busy.", retry: true });
      waits.push(connection.status().retryAt! - time.now());
      connection.retryNow();
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...waits.slice(8))).toBeGreaterThan(10_000);
    expect(Math.max(...waits.slice(0, 2))).toBeLessThanOrEqual(2_000);
    expect(new Set(waits.slice(8)).size).toBeGreaterThan(25);
  });

  test.each([
    ["the network is back", () => dispatchEvent(new Event("online"))],
    ["the tab shows again", () => document.dispatchEvent(new Event("visibilitychange"))],
    ["the user says so", () => connection.retryNow()],
  ])("at once when %s", (_, happen) => {
    socket.open();
    socket.drop();
    happen();
    expect(socket.tries).toBe(2);
    happen(); // one try at a time
    expect(socket.tries).toBe(2);
  });

  test("a server that never answers our CONNECT is given up, and tried again", async () => {
    await pass(time, 30_000);
    expect(socket.disconnects).toBe(1);
    expect(connection.status()).toMatchObject({ attempt: 1, error: "The server did not answer." });
  });

  test("a refusal is told with the server's own sentence", () => {
    socket.refuse({ code: "unauthorized", message: "No key.", retry: false });
    expect(connection.status()).toMatchObject({ status: "refused", error: "No key.", code: "unauthorized" });
    socket.refuse({ code: "busy", message: "Too many.", retry: true });
    expect(connection.status()).toMatchObject({ status: "reconnecting", error: "Too many." });
  });

  test.each([
    ["plain text", "Refused: add it to ALLOWED_HOSTS.", "Refused: add it to ALLOWED_HOSTS."],
    ["an envelope", '{"ok": false, "error": {"message": "Add it."}}', "Add it."],
    ["a JSON text", '"Not an accepted origin."', "Not an accepted origin."],
  ])("a refusal by HTTP is fetched and shown: %s", async (_, body, shown) => {
    fetched.mockResolvedValue(new Response(body, { status: 403 }));
    socket.refuse();
    await settled();
    expect(fetched.mock.calls[0]).toMatchObject(["/api/check", { method: "POST" }]);
    expect(connection.status()).toMatchObject({ status: "refused", error: shown });
  });

  test("one that comes when long-polling has opened already is fetched and shown too", async () => {
    fetched.mockResolvedValue(new Response("Refused: add it to ALLOWED_ORIGINS.", { status: 403 }));
    socket.drop("transport error");
    await settled();
    expect(connection.status()).toMatchObject({
      status: "refused",
      error: "Refused: add it to ALLOWED_ORIGINS.",
    });
  });

  test("a server that is only away is no refusal", async () => {
    fetched.mockResolvedValue(new Response("Bad gateway", { status: 502 }));
    socket.refuse();
    await settled();
    expect(connection.status()).toMatchObject({
      status: "reconnecting",
      error: "The server cannot be reached.",
    });
  });

  test("a page of an origin that is not let in can read nothing, but that somebody answers", async () => {
    const there = new FakeSocket();
    const url = "https://there.example";
    const foreign = new Connection({ url, socket: there as unknown as Socket, clock: time });
    foreign.start();
    vi.stubGlobal("fetch", async (_address: string, { mode }: RequestInit) => {
      if (mode === "no-cors") return Response.error();
      throw new TypeError("CORS");
    });
    there.refuse();
    await settled();
    const { status, error } = foreign.status();
    expect(status).toBe("refused");
    expect(error).toBe(
      `The server at ${url} does not let pages of ${location.origin} in. Whoever runs it can add that origin to ALLOWED_ORIGINS.`,
    );
    vi.stubGlobal("fetch", fetched);
    foreign.retryNow();
    there.refuse();
    await settled();
    expect(foreign.status()).toMatchObject({
      status: "reconnecting",
      error: "The server cannot be reached.",
    });
    foreign.stop();
  });

  test("the snapshot is the same object until it changes", () => {
    const before: ConnectionStatus = connection.status();
    expect(connection.status()).toBe(before);
    socket.open();
    expect(connection.status()).not.toBe(before);
  });

  test("stopped, it stays away", async () => {
    socket.open();
    connection.stop();
    socket.drop("io client disconnect");
    dispatchEvent(new Event("online"));
    await pass(time, 60_000);
    expect(socket.tries).toBe(1);
  });
});

describe("requests", () => {
  const ask = (): Promise<unknown> => connection.request("list_grids", {});

  test("R1: only ok: true is an answer", async () => {
    socket.open();
    const asked = ask();
    socket.emitted[0]!.give({ ok: true, grids: [] });
    expect(await asked).toMatchObject({ grids: [] });
  });

  test("R1: an error envelope rejects with the server's error", async () => {
    socket.open();
    const asked = ask();
    socket.emitted[0]!.give({ ok: false, error: { code: "busy", message: "Later.", retry: true } });
    await expect(asked).rejects.toThrow(Refused);
    await expect(asked).rejects.toMatchObject({ error: { code: "busy" } });
  });

  test.each([[[]], [null], [undefined], [{}], [{ ok: false }], ["yes"]])(
    "R1: %j is no answer: the outcome is unknown",
    async (ack) => {
      socket.open();
      const asked = ask();
      socket.emitted[0]!.give(ack);
      await expect(asked).rejects.toThrow(RequestTimeout);
    },
  );

  test("no answer in time, or none before the connection went", async () => {
    socket.open();
    const late = ask();
    socket.emitted[0]!.fail(new Error("operation has timed out"));
    await expect(late).rejects.toThrow(RequestTimeout);
    const lost = ask();
    socket.sendBuffer.push("what the library would send after it is back");
    socket.drop();
    await expect(lost).rejects.toThrow(Disconnected);
    expect(socket.sendBuffer).toEqual([]);
  });

  test("nothing is emitted while disconnected: the library would keep it and send it later", async () => {
    await expect(ask()).rejects.toThrow(Disconnected);
    expect(socket.emitted).toEqual([]);
  });

  test("announcements reach whoever listens, until they stop", () => {
    const heard: unknown[] = [];
    const off = connection.on("grid_changed", (news) => heard.push(news));
    socket.fire("grid_changed", { grid: "g", definition: 2 });
    off();
    socket.fire("grid_changed", { grid: "g", definition: 3 });
    expect(heard).toEqual([{ grid: "g", definition: 2 }]);
  });
});

describe("who we are", () => {
  test("the user's id is made once and kept", () => {
    const { user } = new Identity();
    expect(user).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Identity().user).toBe(user);
  });

  test("where the browser keeps nothing, it lives as long as the page", () => {
    vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
      throw new Error("denied");
    });
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new Error("denied");
    });
    const identity = new Identity();
    expect(identity.user).toBe(identity.user);
    identity.name = "Ada";
    expect(identity.name).toBe("Ada");
    vi.restoreAllMocks();
  });
});

describe("for those who look for what is wrong", () => {
  const ask = (ack: unknown): Promise<unknown> => {
    const answered = connection.request("list_grids", {}).catch((thrown: Error) => thrown.message);
    void time.pass(40, () => undefined).then(() => socket.emitted.at(-1)!.give(ack));
    return answered;
  };

  test("how long the last answer took, and what failed last", async () => {
    expect(connection.report()).toEqual({ transport: null, trip: null, failure: null });
    socket.open();
    const since = time.now();
    await ask({ ok: true, grids: [] });
    const trip = { event: "list_grids", ms: 40, at: since + 40 };
    expect(connection.report()).toEqual({ transport: "websocket", trip, failure: null });

    await ask({ ok: false, error: { code: "busy", message: "Busy.", retry: true } });
    const failure = { message: "list_grids: Busy.", at: since + 80 };
    expect(connection.report()).toMatchObject({ trip: { at: since + 80 }, failure });
  });

  test("of a connection that is lost in the middle of a request it is told why it was lost", async () => {
    socket.open();
    const asked = connection.request("list_grids", {});
    socket.drop("ping timeout");
    await expect(asked).rejects.toThrow(Disconnected);
    expect(connection.report().failure?.message).toBe("The connection was lost (ping timeout).");
    expect(connection.report().trip).toBeNull();
  });
});
