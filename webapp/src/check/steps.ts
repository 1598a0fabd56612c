/** The steps of the self-test, in order. Each looks at one thing and says in words how it stands and what to do. */
import { ask, json, sentence, withKey, type Reply } from "./ask.ts";
import { byPolling, byWebSocket, type Reached } from "./engine.ts";
import { storage, stream, worker } from "./browser.ts";
import { texts } from "./texts.ts";

export type State = "passed" | "warning" | "failed" | "skipped";

export interface Outcome {
  readonly state: State;
  readonly text: string;
  /** what to do about it */
  readonly todo?: string;
  /** to be written into a proxy's configuration */
  readonly lines?: string;
}

/** What later steps need of earlier ones. */
export interface Found {
  readonly token: string | null;
  /** how each step before has ended, by its id */
  readonly states: Map<string, State>;
}

export interface Step {
  readonly id: string;
  readonly name: string;
  /** whether it asks the server something */
  readonly asks: boolean;
  readonly run: (found: Found) => Promise<Outcome> | Outcome;
}

const CHECK = "/api/check";
const MOST_SKEW_MS = 60_000;

/** What the server has seen of a request (server/transports/check.py). */
interface Seen {
  readonly at: string;
  readonly host: string;
  readonly scheme: string | null;
  readonly forwarded: number;
  readonly proxies: number;
}

const passed = (text: string): Outcome => ({ state: "passed", text });

function secure(): Outcome {
  const say = texts.secure;
  if (location.protocol === "https:") return passed(say.https);
  if (isSecureContext) return passed(say.local);
  return { state: "warning", text: say.plain, todo: say.todo };
}

async function server(): Promise<Outcome> {
  const say = texts.server;
  const health = await ask("/healthz");
  if (health.status === 0) {
    const text = navigator.onLine ? say.silent(location.origin) : say.offline;
    return { state: "failed", text, todo: say.silentTodo };
  }
  if (health.status === 502 || health.status === 504)
    return { state: "failed", text: say.gateway(health.status), todo: say.silentTodo };
  if (json<{ status?: string }>(health)?.status !== "ok")
    return { state: "failed", text: say.other(health.status), todo: say.otherTodo };
  const ready = json<{ ready?: boolean; wrong?: readonly string[] }>(await ask("/readyz"));
  if (ready?.ready === true) return passed(say.passed);
  return { state: "warning", text: say.notReady(ready?.wrong?.join(" ") ?? texts.noAnswer) };
}

function unseen(reply: Reply): Outcome {
  return { state: "failed", text: sentence(reply), todo: texts.server.otherTodo };
}

async function headers(): Promise<Outcome> {
  const say = texts.headers;
  const reply = await ask(CHECK);
  const seen = json<Seen>(reply);
  if (reply.status !== 200 || seen === null) return unseen(reply);
  if (seen.host !== location.host)
    return {
      state: "failed",
      text: say.host(location.host, seen.host),
      todo: say.nginx,
      lines: say.hostLines,
    };
  const { forwarded, proxies } = seen;
  if (forwarded > proxies)
    return { state: "warning", text: say.more(forwarded, proxies), todo: say.moreTodo(forwarded) };
  if (forwarded < proxies)
    return {
      state: "warning",
      text: say.fewer(forwarded, proxies),
      todo: say.fewerTodo(forwarded),
      lines: say.fewerLines,
    };
  const scheme = location.protocol.slice(0, -1);
  if (seen.scheme !== null && seen.scheme !== scheme)
    return {
      state: "warning",
      text: say.scheme(seen.scheme, scheme),
      todo: say.schemeTodo,
      lines: say.schemeLines,
    };
  return passed(say.passed(proxies));
}

async function origin(): Promise<Outcome> {
  const reply = await ask(CHECK, { method: "POST" });
  if (reply.status === 200) return passed(texts.origin.passed);
  return { state: "failed", text: sentence(reply), todo: texts.origin.todo };
}

async function clock(): Promise<Outcome> {
  const before = Date.now();
  const reply = await ask(CHECK);
  const seen = json<Seen>(reply);
  if (reply.status !== 200 || seen === null) return unseen(reply);
  const skew = Date.parse(seen.at) - (before + Date.now()) / 2;
  if (Math.abs(skew) < MOST_SKEW_MS) return passed(texts.clock.passed);
  const text = texts.clock.off(Math.round(Math.abs(skew) / 60_000));
  return { state: "warning", text, todo: texts.clock.todo };
}

async function key({ token }: Found): Promise<Outcome> {
  const say = texts.key;
  const reply = await ask("/api/access", withKey(token));
  if (reply.status === 200) {
    const rights = json<{ keyed: boolean; role: "view" | "edit"; grid: string | null }>(reply);
    if (rights === null) return unseen(reply);
    if (!rights.keyed) return passed(say.open);
    return passed(rights.grid === null ? say[rights.role] : say.grid(rights.grid));
  }
  if (reply.status === 401 && token === null) return { state: "failed", text: say.none, todo: say.noneTodo };
  const todo = reply.status === 401 ? { todo: say.badTodo } : {};
  return { state: "failed", text: sentence(reply), ...todo };
}

/** How a transport stands; null: nothing comes through, and each has its own reasons for that. */
function connected(reached: Reached, { states }: Found): Outcome | null {
  const say = texts.transports;
  if (reached.how === "answered") return passed(say.passed(reached.ms));
  if (states.get("origin") === "failed") return { state: "failed", text: say.origin };
  if (reached.how === "silent") return { state: "failed", text: say.silent };
  return reached.how === "refused" ? { state: "failed", text: say.refused(reached.why) } : null;
}

async function polling(found: Found): Promise<Outcome> {
  const say = texts.polling;
  const reached = await byPolling(found.token);
  const why = reached.how === "none" ? reached.why : "";
  return connected(reached, found) ?? { state: "failed", text: say.failed(why), todo: say.todo };
}

async function websocket(found: Found): Promise<Outcome> {
  const say = texts.websocket;
  const outcome = connected(await byWebSocket(found.token), found);
  if (outcome !== null) return outcome;
  const todo = found.states.get("polling") === "passed" ? say.fallback : say.todo;
  return { state: "failed", text: say.failed, todo, lines: say.lines };
}

export const STEPS: readonly Step[] = [
  { id: "secure", name: texts.secure.name, asks: false, run: secure },
  { id: "server", name: texts.server.name, asks: false, run: server },
  { id: "headers", name: texts.headers.name, asks: true, run: headers },
  { id: "origin", name: texts.origin.name, asks: true, run: origin },
  { id: "clock", name: texts.clock.name, asks: true, run: clock },
  { id: "key", name: texts.key.name, asks: true, run: key },
  { id: "polling", name: texts.polling.name, asks: true, run: polling },
  { id: "websocket", name: texts.websocket.name, asks: true, run: websocket },
  { id: "stream", name: texts.stream.name, asks: true, run: stream },
  { id: "storage", name: texts.storage.name, asks: false, run: storage },
  { id: "worker", name: texts.worker.name, asks: false, run: worker },
];
