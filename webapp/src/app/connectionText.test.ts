import { expect, test } from "vitest";
import { connectionText } from "./connectionText.ts";
import type { ConnectionStatus } from "../sync/connection.ts";

const at = (status: ConnectionStatus["status"], more: Partial<ConnectionStatus> = {}): ConnectionStatus => ({
  status,
  attempt: 0,
  retryAt: null,
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
  [
    at("refused", { error: "Your key is not valid." }),
    0,
    "Your key is not valid.",
    "Your key is not valid.",
    true,
  ],
])("%j with %i unsent: %s", (status, unsent, text, spoken, canRetry) => {
  expect(connectionText(status, { unsent, storing: 0 }, 10_000)).toMatchObject({ text, spoken, canRetry });
});

test("an edit that is not on disk yet is not told as kept", () => {
  const text = connectionText(at("offline"), { unsent: 2, storing: 1 }, 0).text;
  expect(text).toBe("Offline · 2 unsent edits, being stored");
});
