import { expect, test } from "vitest";
import type { ConnectionStatus } from "../sync/connection.ts";
import { texts } from "../texts.ts";
import { connectionText, type Unsent } from "./connectionText.ts";

const at = (status: ConnectionStatus["status"], more: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  status,
  attempt: 0,
  retryAt: null,
  ...more,
});

const edits = (unsent: number, more: Partial<Unsent> = {}): Unsent => ({
  unsent,
  storing: 0,
  durable: true,
  kept: false,
  ...more,
});

test.each<[ConnectionStatus, number, string, string, boolean]>([
  [at("live"), 0, "Live", "Live", false],
  [at("live"), 2, "Live · 2 unsent edits", "Live", false],
  [at("connecting"), 0, "Connecting…", "Connecting", false],
  [at("offline"), 4, "Offline · 4 unsent edits", "Offline · 4 unsent edits", false],
  [
    at("reconnecting", { retryAt: 12_500 }),
    1,
    "Reconnecting in 3 s · 1 unsent edit",
    "Reconnecting · 1 unsent edit",
    true,
  ],
  [at("reconnecting", { retryAt: 9_000 }), 0, "Reconnecting…", "Reconnecting", false],
  [at("reconnecting"), 0, "Reconnecting…", "Reconnecting", false],
  [at("refused", { error: "Your key is not valid." }), 1, "Not connected · 1 unsent edit", "", false],
])("%j with %i unsent: %s", (status, unsent, text, spoken, canRetry) => {
  expect(connectionText(status, edits(unsent), 10_000, true)).toMatchObject({ text, spoken, canRetry });
});

test("an edit that is not on disk yet is not told as kept", () => {
  const text = connectionText(at("offline"), edits(2, { storing: 1 }), 0, true).text;
  expect(text).toBe("Offline · 2 unsent edits, being stored");
});

test("in sentences: what goes on, what the last try met, whether edits are safe", () => {
  const { about, kept, notKept, fromDevice, insecure } = texts.connection;
  const tell = (status: ConnectionStatus, unsent: Unsent, secure = true) =>
    connectionText(status, unsent, 0, secure).about;
  const lost = at("reconnecting", { error: "The server cannot be reached." });
  expect(tell(lost, edits(1))).toEqual([about.reconnecting, "The server cannot be reached.", kept]);
  expect(tell(lost, edits(0))).toEqual([about.reconnecting, "The server cannot be reached."]);
  expect(tell(at("offline", { error: "x" }), edits(1))).toEqual([about.offline, kept]);
  expect(tell(at("live"), edits(0, { durable: false }))).toEqual([about.live, notKept]);
  expect(tell(at("live"), edits(0, { kept: true }))).toEqual([about.catchingUp]);
  expect(tell(at("offline"), edits(1, { kept: true }))).toEqual([about.offline, fromDevice, kept]);
  expect(tell(at("live"), edits(0), false)).toEqual([about.live, insecure]);
});
