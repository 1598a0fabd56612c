/** Socket.IO by hand, over one transport at a time: the library would hide which one works, and why one does not. */
import { PROTOCOL, type WireError } from "../protocol.ts";
import { ask } from "./ask.ts";
import { texts } from "./texts.ts";

const PATH = "/socket.io/?EIO=4&transport=";
const OPEN_MS = 10_000;
const SEPARATOR = "\x1e";
const PING = "2";
const PONG = "3";

/** How far it came: not at all; up to the server, which refuses; connected; or a question was answered, after `ms`. */
export type Reached =
  | { readonly how: "none"; readonly why: string }
  | { readonly how: "refused"; readonly why: string }
  | { readonly how: "silent" }
  | { readonly how: "answered"; readonly ms: number };

interface Line {
  send(packet: string): Promise<void>;
  /** The next packet; rejects when none comes in time. */
  next(): Promise<string>;
  close(): void;
}

class NoLine extends Error {}

export const byPolling = (token: string | null): Promise<Reached> => reach(openPolling, token);
export const byWebSocket = (token: string | null): Promise<Reached> => reach(openWebSocket, token);

async function reach(open: () => Promise<Line>, token: string | null): Promise<Reached> {
  let line: Line;
  try {
    line = await open();
  } catch (problem) {
    return { how: "none", why: problem instanceof Error ? problem.message : String(problem) };
  }
  try {
    await line.send(`40${JSON.stringify({ protocol: PROTOCOL, ...(token !== null && { token }) })}`);
    const answer = await until(line, "4");
    if (!answer.startsWith("40")) return { how: "refused", why: refusal(answer) };
    const asked = performance.now();
    await line.send('420["list_grids",{}]');
    await until(line, "430");
    return { how: "answered", ms: Math.max(1, Math.round(performance.now() - asked)) };
  } catch {
    return { how: "silent" };
  } finally {
    line.close();
  }
}

async function until(line: Line, start: string): Promise<string> {
  for (;;) {
    const packet = await line.next();
    if (packet === PING) await line.send(PONG);
    if (packet.startsWith(start)) return packet;
  }
}

/** Of a CONNECT_ERROR: `44{"code", "message", …}`. */
const refusal = (packet: string): string => (JSON.parse(packet.slice(2)) as WireError).message;

async function openPolling(): Promise<Line> {
  const waiting: string[] = [];
  let address = `${PATH}polling`;
  const exchange = async (body?: string): Promise<string> => {
    const { status, text } = await ask(address, body === undefined ? {} : { method: "POST", body });
    if (status !== 200) throw new NoLine(status === 0 ? text : text.slice(0, 300) || String(status));
    return text;
  };
  const opening = await exchange();
  if (!opening.startsWith("0{")) throw new NoLine(texts.server.other(200));
  address += `&sid=${(JSON.parse(opening.slice(1)) as { sid: string }).sid}`;
  return {
    send: async (packet) => void (await exchange(packet)),
    next: async () => {
      if (waiting.length === 0) waiting.push(...(await exchange()).split(SEPARATOR));
      return waiting.shift() ?? "";
    },
    close: () => void exchange("1").catch(() => undefined),
  };
}

async function openWebSocket(): Promise<Line> {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${PATH}websocket`);
  const waiting: string[] = [];
  let arrived: (() => void) | null = null;
  const wake = (): void => arrived?.();
  socket.addEventListener("message", ({ data }) => {
    waiting.push(String(data));
    wake();
  });
  socket.addEventListener("close", wake);
  const next = async (): Promise<string> => {
    if (waiting.length === 0 && socket.readyState <= WebSocket.OPEN) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
        setTimeout(resolve, OPEN_MS);
      });
    }
    const packet = waiting.shift();
    if (packet === undefined) throw new NoLine(texts.noAnswer);
    return packet;
  };
  try {
    await next(); // the opening
  } catch (problem) {
    socket.close();
    throw problem;
  }
  return {
    next,
    send: (packet) => {
      socket.send(packet);
      return Promise.resolve();
    },
    close: () => socket.close(),
  };
}
