import { expect, test } from "vitest";
import type { HistoryEntry } from "../../protocol.ts";
import type { PastFilter, PastNow } from "../../sync/pastChanges.ts";
import { texts } from "../../texts.ts";
import { deedsOf, endOf, whoOf } from "./telling.ts";

const t = texts.history;

const entry = (revision: number, kind: HistoryEntry["kind"], id = "a"): HistoryEntry => ({
  revision,
  id,
  kind,
  fields: {},
  previous: {},
  author: { id: "ann", name: "Ann" },
  at: "2026-07-30T09:15:00Z",
  mutation_id: `m${revision}`,
});
const read = (...changes: readonly HistoryEntry[]): PastNow => ({
  changes,
  more: false,
  read: true,
  asking: false,
  problem: null,
});

test("who: a file that was imported, oneself, somebody without a name", () => {
  expect(whoOf({ id: "import", name: "airports.csv" }, "me")).toBe("Import of airports.csv");
  expect(whoOf({ id: "ann", name: "Ann" }, "me")).toBe("Ann");
  expect(whoOf({ id: "me", name: "Ann" }, "me")).toBe("Ann (you)");
  expect(whoOf({ id: "ann", name: "" }, "me")).toBe(texts.record.somebody);
});

test("an add is a restore where something older of the same record is known", () => {
  const deed = (...changes: HistoryEntry[]) => deedsOf(changes).get(5);
  const again = entry(5, "add");
  expect(deed(again)).toBe("add");
  expect(deed(entry(6, "update"), again, entry(4, "delete", "b"))).toBe("add");
  expect(deed(again, entry(4, "delete"))).toBe("restore");
  expect(deed(entry(6, "update"), entry(5, "update"), entry(4, "delete"))).toBe("update");
});

const ENDS: [string, PastNow, PastFilter, number, string][] = [
  ["the whole of a grid", read(entry(2, "update"), entry(1, "add")), {}, 2, t.beginning],
  ["a grid whose beginning is not kept", read(entry(9, "update")), {}, 9, t.pruned],
  ["a grid of which nothing is kept", read(), {}, 9, t.prunedAll],
  ["a grid where nothing was done", read(), {}, 0, t.none],
  ["the whole of a record", read(entry(8, "update"), entry(7, "add")), { id: "a" }, 9, t.beginningOfRecord],
  ["a record whose beginning is not kept", read(entry(8, "update")), { id: "a" }, 9, t.pruned],
  ["some changes", read(entry(8, "update")), { author: "ann" }, 9, t.end],
  ["no such changes", read(), { id: "a", field: "x" }, 9, t.noneSuch],
];
test.each(ENDS)("where the list ends: %s", (_name, now, filter, revision, told) => {
  expect(endOf(now, filter, revision)).toBe(told);
});
