/** What the browser itself does: how answers arrive in it, and what it keeps. */
import { get, reasonOf } from "./ask.ts";
import type { Outcome } from "./steps.ts";
import { texts } from "./texts.ts";

/** The server writes it over 750 ms (server/transports/check.py). */
const STREAM = "/check/stream";
const SPREAD_MS = 250;
const DATABASE = "tandem-check";

export async function stream(): Promise<Outcome> {
  const say = texts.stream;
  try {
    const { body } = await get(STREAM);
    const arrivals: number[] = [];
    if (body !== null) for await (const _ of body) arrivals.push(performance.now());
    const spread = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
    if (spread >= SPREAD_MS) return { state: "passed", text: say.passed };
  } catch (problem) {
    return { state: "warning", text: say.failed(reasonOf(problem)) };
  }
  return { state: "warning", text: say.collected, todo: say.todo, lines: say.lines };
}

/** As the page keeps them: in IndexedDB. */
export async function storage(): Promise<Outcome> {
  try {
    await write();
    return { state: "passed", text: texts.storage.passed };
  } catch {
    return { state: "warning", text: texts.storage.failed, todo: texts.storage.todo };
  }
}

function write(): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = ({ target }: Event) =>
      reject((target as IDBRequest | IDBTransaction).error ?? new Error());
    const opening = indexedDB.open(DATABASE, 1);
    opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore("kept"));
    opening.addEventListener("error", failed);
    opening.addEventListener("success", () => {
      const database = opening.result;
      const transaction = database.transaction("kept", "readwrite", { durability: "strict" });
      transaction.objectStore("kept").put("kept", 1);
      transaction.addEventListener("abort", failed);
      transaction.addEventListener("complete", () => {
        database.close();
        indexedDB.deleteDatabase(DATABASE);
        resolve();
      });
    });
  });
}

export async function worker(): Promise<Outcome> {
  const say = texts.worker;
  if (!isSecureContext || !("serviceWorker" in navigator)) return { state: "skipped", text: say.insecure };
  const registered = await navigator.serviceWorker.getRegistration("/");
  if (registered?.active) return { state: "passed", text: say.passed };
  return { state: "skipped", text: say.missing, todo: say.todo };
}
