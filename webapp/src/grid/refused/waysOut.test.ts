import { expect, test } from "vitest";
import type { ErrorCode, WireError } from "../../protocol.ts";
import { waysOut, type Outbox } from "./waysOut.ts";

function asked(): { readonly replica: Outbox; readonly calls: readonly string[] } {
  const calls: string[] = [];
  const replica: Outbox = {
    retry: (id) => (calls.push(`retry ${id}`), null),
    settle: (id) => void calls.push(`settle ${id}`),
  };
  return { replica, calls };
}

const error = (code: ErrorCode): WireError => ({ code, message: "No.", retry: false });
const taken = (code: ErrorCode) => ({ mutationId: "m", error: error(code) });

test.each<[ErrorCode, string, string]>([
  ["conflict", "Keep mine", "Take theirs"],
  ["gone", "Restore with my edit", "Let go"],
  ["changed", "Delete anyway", "Keep the record"],
  ["exists", "Add as another record", "Leave it out"],
  ["validation_failed", "Try again", "Discard"],
])("%s: %s, or %s", (code, again, leave) => {
  const { replica, calls } = asked();
  const ways = waysOut(replica, taken(code));
  expect([ways.again.label, ways.leave.label]).toEqual([again, leave]);
  ways.again.go();
  ways.leave.go();
  expect(calls).toEqual(["retry m", "settle m"]);
});
