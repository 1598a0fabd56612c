import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Author } from "../../protocol.ts";
import { Replica } from "../replica.ts";
import { uuid7 } from "../uuid.ts";
import { ProfileDisk, SlowStorage } from "./disk.ts";
import { NetworkWire, Weather } from "./network.ts";
import { GRID, ServerModel } from "./serverModel.ts";
import { TabTime, Timeline } from "./timeline.ts";

const ME: Author = { id: "me", name: "me" };
const BEN: Author = { id: "ben", name: "Ben" };
const { TANDEM_SEED, TANDEM_PATH, TANDEM_RUNS } = process.env; // as in convergence.test.ts
const parameters = {
  numRuns: Number(TANDEM_RUNS ?? 150),
  ...(TANDEM_SEED && { seed: Number(TANDEM_SEED) }),
  ...(TANDEM_PATH && { path: TANDEM_PATH }),
};

/** A grid with a few records, and one tab that has it. */
async function world(seed: number) {
  const time = new Timeline(seed);
  const server = new ServerModel();
  for (let i = 0; i < 4; i++)
    server.mutate(
      [{ type: "add_record", mutation_id: uuid7(), id: `r${i}`, fields: { a: `a${i}`, b: `b${i}` } }],
      BEN,
    );
  const weather = new Weather(time, server);
  weather.bad = false;
  const beat = (): void => {
    weather.tell("head", server.head()); // an announcement that is lost is noticed by it (R6)
    time.after(15_000, beat);
  };
  beat();
  const wire = new NetworkWire(weather, ME);
  const storage = new SlowStorage("me", new ProfileDisk(), new TabTime(time));
  const replica = new Replica({ grid: GRID, wire, storage, clock: time });
  void replica.start();
  const pass = (ms: number) => time.pass(ms, () => undefined);
  await pass(60_000);
  expect(replica.count).toBe(4);
  return { time, server, weather, wire, replica, pass };
}
type World = Awaited<ReturnType<typeof world>>;

/** Values that nobody has written before, so that whose a value is can be told from it. */
let written = 0;
const fresh = (): string => `v${++written}`;

interface Act {
  readonly kind: "edit" | "editBoth" | "editAll" | "add" | "remove" | "restore" | "wait" | "drop";
  readonly pick: number;
}
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom("edit", "edit", "editBoth", "editAll", "add", "remove", "restore", "wait", "drop"),
  pick: fc.nat({ max: 1_000 }),
});
const acts = fc.array(act, { minLength: 1, maxLength: 30 });

/** What a user does in this tab, seeing what it shows. */
async function mine({ replica, wire, server, pass }: World, { kind, pick }: Act): Promise<void> {
  const ids = replica.ids();
  const view = replica.get(ids[pick % Math.max(1, ids.length)] ?? "");
  const field = pick % 2 === 0 ? "a" : "b";
  if (kind === "wait") return pass(pick * 3);
  if (kind === "drop") return wire.drop();
  if (kind === "add") return void replica.add({ a: fresh() });
  if (kind === "restore") {
    const gone = [...server.deleted()];
    return void replica.restore(gone[pick % Math.max(1, gone.length)] ?? "r0");
  }
  if (view === undefined) return;
  if (kind === "remove") return void replica.remove(view.id);
  if (kind === "edit") return void replica.update(view.id, { [field]: fresh() }, view.fields);
  const patch = () => ({ a: fresh(), b: fresh() });
  const some = kind === "editBoth" ? [view] : ids.map((id) => replica.get(id)!);
  replica.updateAll(some.map(({ id, fields }) => ({ id, patch: patch(), was: fields })));
}

/** Somebody else, straight at the server, without asking. */
function bens({ server }: World, { kind, pick }: Act): void {
  const ids = [...server.live().keys()];
  const ids7 = { mutation_id: uuid7(), id: ids[pick % Math.max(1, ids.length)] ?? uuid7() };
  const gone = [...server.deleted()];
  if (kind === "remove" && ids.length > 1) server.mutate([{ type: "delete_record", ...ids7 }], BEN);
  else if (kind === "restore" && gone.length > 0)
    server.mutate([{ type: "restore_record", ...ids7, id: gone[pick % gone.length]! }], BEN);
  else server.mutate([{ type: "update_record", ...ids7, fields: { [pick % 2 ? "a" : "b"]: fresh() } }], BEN);
}

const shown = ({ replica }: World) => replica.ids().map((id) => [id, replica.get(id)?.fields]);

test("with nobody else there, undo goes back to where one began, and redo to where one was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), acts, fc.nat({ max: 3_000 }), async (seed, acts, ms) => {
      const made = await world(seed);
      const { replica, pass, server } = made;
      const { history } = replica;
      const began = shown(made);
      for (const each of acts) await mine(made, each);
      const ended = shown(made);
      await pass(ms);
      let steps = 0;
      while (history.undo() !== null) steps += 1;
      expect(shown(made)).toEqual(began);
      await pass(ms);
      expect(shown(made)).toEqual(began);
      for (let i = 0; i < steps; i++) history.redo();
      expect(history.redo()).toBeNull();
      expect(shown(made)).toEqual(ended);
      await pass(400_000);
      expect(shown(made)).toEqual(ended);
      expect(replica.status()).toMatchObject({ unsent: 0, kept: [] });
      expect(history.snapshot().left).toEqual([]);
      expect(server.live().size).toBe(replica.count);
    }),
    parameters,
  );
});

interface Turned {
  readonly back: boolean;
  readonly ms: number;
  readonly ben: Act | null;
}

/**
 * What soaks have found: a restore that was not needed is no add of one's own, to be taken back; a delete of a record
 * whose add nobody knows the outcome of must not take what others have made of it.
 */
const FOUND: [number, Act[], Turned[]][] = [
  [
    -14,
    [
      { kind: "edit", pick: 0 },
      { kind: "edit", pick: 10 },
      { kind: "add", pick: 1 },
      { kind: "remove", pick: 110 },
    ],
    [
      { back: true, ms: 62, ben: { kind: "edit", pick: 0 } },
      { back: true, ms: 0, ben: { kind: "edit", pick: 384 } },
    ],
  ],
  [
    -1211291147,
    [
      { kind: "add", pick: 1 },
      { kind: "edit", pick: 0 },
    ],
    [
      { back: true, ms: 14, ben: { kind: "edit", pick: 374 } },
      ...[373, 468, 1169, 587].map((ms) => ({ back: false, ms, ben: null })),
      { back: true, ms: 0, ben: null },
    ],
  ],
];

test("R8: whatever others do meanwhile, undo and redo change nothing that somebody else changed last", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const turn = fc.record({ back: fc.boolean(), ms: fc.nat({ max: 1_500 }), ben: fc.option(act) });
  await fc.assert(
    fc.asyncProperty(fc.integer(), acts, fc.array(turn, { maxLength: 40 }), async (seed, acts, turns) => {
      const made = await world(seed);
      const { replica, pass, server, weather } = made;
      for (const each of acts) await (each.pick % 3 === 0 ? bens(made, each) : mine(made, each));
      await pass(400_000); // from here on this tab only undoes and does again
      const since = server.revision;
      weather.bad = true;
      for (const { back, ms, ben } of turns) {
        if (back) replica.history.undo();
        else replica.history.redo();
        if (ben !== null) bens(made, ben);
        await pass(ms);
      }
      weather.bad = false;
      await pass(400_000);
      expect(replica.status()).toMatchObject({ state: "complete", unsent: 0, repairs: 0 });
      expectOnlyMine(server, since);
    }),
    { ...parameters, examples: FOUND },
  );
});

/** By the server's own record of changes: whose values stood where this tab put others, or which it took away. */
function expectOnlyMine(server: ServerModel, since: number): void {
  const wrote = new Map<string, string>();
  const known = new Set<string>();
  const bensNow = new Set<string>();
  for (const [revision, id, kind, fields, author] of server.range(0).changes) {
    const isUndo = author.id === ME.id && revision > since;
    if (isUndo && kind === "delete") expect([id, revision, bensNow.has(id)]).toEqual([id, revision, false]);
    const isNew = kind === "add" && !known.has(id);
    known.add(id);
    // Whoever makes a record leaves those fields empty that it has not.
    for (const name of kind === "update" ? Object.keys(fields ?? {}) : isNew ? ["a", "b"] : []) {
      const place = `${id}.${name}`;
      if (isUndo && !isNew) expect([place, revision, wrote.get(place)]).toEqual([place, revision, ME.id]);
      wrote.set(place, author.id);
    }
    if (isUndo) bensNow.delete(id);
    else if (revision > since && kind === "update") bensNow.add(id);
  }
}
