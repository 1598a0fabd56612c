import { expect, test } from "vitest";
import type { ErrorCode, WireError } from "../../protocol.ts";
import { tryAgain, waysOut, type Outbox } from "./waysOut.ts";

function asked(deleted: boolean): { readonly replica: Outbox; readonly calls: readonly string[] } {
  const calls: string[] = [];
  const note = (what: string) => (id: string, patch?: object) => {
    calls.push(`${what} ${id}${patch === undefined ? "" : ` ${JSON.stringify(patch)}`}`);
    return null;
  };
  const record = { id: "r", version: 1, fields: {}, deleted, pending: new Set<string>(), refused: {} };
  const replica: Outbox = {
    get: () => ({ ...record, state: "attention" }),
    retry: note("retry"),
    restore: note("restore"),
    settle: (id) => void note("settle")(id),
  };
  return { replica, calls };
}

const error = (code: ErrorCode): WireError => ({ code, message: "No.", retry: false });
const taken = (code: ErrorCode) => ({ mutationId: "m", recordId: "r", error: error(code) });

test.each<[ErrorCode, string, string]>([
  ["conflict", "Keep mine", "Take theirs"],
  ["gone", "Restore with my edit", "Let go"],
  ["changed", "Delete anyway", "Keep the record"],
  ["validation_failed", "Try again", "Discard"],
])("%s: %s, or %s", (code, again, leave) => {
  const { replica, calls } = asked(false);
  const ways = waysOut(replica, taken(code));
  expect([ways.again.label, ways.leave.label]).toEqual([again, leave]);
  ways.again.go();
  ways.leave.go();
  expect(calls).toEqual(["retry m {}", "settle m"]);
});

test("an edit of a deleted record goes again after the record came back, altered or not", () => {
  const { replica, calls } = asked(true);
  tryAgain(replica, taken("gone"));
  tryAgain(replica, taken("gone"), { a: 1 });
  tryAgain(replica, taken("conflict"));
  expect(calls).toEqual(["restore r", "retry m {}", "restore r", 'retry m {"a":1}', "retry m {}"]);
});
