import { expect, test } from "vitest";
import type { PageEntry } from "../protocol.ts";
import { settled } from "./simulation/timeline.ts";
import { applied, change, joinedBench, range } from "./testkit.ts";

const B: PageEntry = ["b", 5, { x: 2 }];
/** Deleted before anybody of this page was here: nothing is known of it but that. */
const GRAVES: readonly PageEntry[] = [
  ["a", 3, null],
  ["c", 4, null],
];
const LAST = [
  { id: "a", fields: { x: 1 } },
  { id: "c", fields: { x: 3 } },
];

test("what was deleted long ago comes back in one step, shown at once as it is said to have been", async () => {
  const { replica, wire } = await joinedBench([...GRAVES, B]);
  expect(replica.restoreAll(LAST)).toEqual([expect.any(String), expect.any(String)]);
  expect(replica.ids()).toEqual(["a", "b", "c"]);
  expect(replica.get("a")).toMatchObject({ fields: { x: 1 }, deleted: false, state: "pending" });
  await settled();
  const { sent, mutations } = wire.mutations();
  expect(mutations.map(({ type, id }) => [type, id])).toEqual([
    ["restore_record", "a"],
    ["restore_record", "c"],
  ]);
  // What it really held is what the server says.
  const back = [6, 7].map((revision, i) => applied(mutations[i], revision, { x: 1, y: i }));
  await sent.answer({ results: back });
  const told = back.map(({ id, revision, fields, mutation_id }) =>
    change(revision!, id, fields!, "add", mutation_id),
  );
  await wire.announce("changes", range(5, told));
  expect(replica.get("a")).toMatchObject({ fields: { x: 1, y: 0 }, state: "saved", version: 6 });

  replica.history.undo();
  expect(replica.ids()).toEqual(["b"]);
  await settled();
  expect(wire.mutations().mutations).toMatchObject([
    { type: "delete_record", id: "a", version: 6 },
    { type: "delete_record", id: "c", version: 7 },
  ]);
});

test("what is there already is left alone, and no step of its user's", async () => {
  const { replica, wire } = await joinedBench([B]);
  expect(replica.restoreAll([{ id: "b", fields: { x: 9 } }])).toEqual([null]);
  await settled();
  expect(wire.sent).toEqual([]);
  expect(replica.history.snapshot().undo).toBeNull();
});
