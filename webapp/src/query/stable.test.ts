import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fields } from "../protocol.ts";
import { asking, atLeast, Stage } from "./testkit.ts";
import { NOTHING_WAITS } from "./waits.ts";

// The stable view, as properties: whatever others do, in whatever order.

const IDS = ["c", "e", "g", "i", "k", "m", "o", "q"];
const ORDERS = [[], ["x"], ["-x"], ["x", "-y"]] as const;
type Asked = readonly string[];

const number = fc.option(fc.integer({ min: 0, max: 4 }), { nil: null });
const fields = fc.record({ x: number, y: number });
const id = fc.constantFrom(...IDS);
const remote = fc.record({ id, fields: fc.option(fields, { nil: null, freq: 3 }) });
const remotes = fc.array(remote, { minLength: 1, maxLength: 6 });
const start = fc.uniqueArray(fc.record({ id, fields }), { selector: (each) => each.id, minLength: 3 });
const query = fc.record({ names: fc.constantFrom<Asked>(...ORDERS), filtered: fc.boolean() });

interface Asking {
  readonly names: Asked;
  readonly filtered: boolean;
}

const matching = atLeast("x", 1);

function stageOf(all: readonly { readonly id: string; readonly fields: Fields }[], of: Asking): Stage {
  const stage = new Stage(Object.fromEntries(all.map(({ id, fields }) => [id, fields])));
  stage.view.ask(asking(of.names, of.filtered ? matching : null));
  return stage;
}

function happen(
  stage: Stage,
  changes: readonly { readonly id: string; readonly fields: Fields | null }[],
): void {
  for (const { id, fields } of changes) {
    if (fields === null) stage.remove(id);
    else stage.set(id, fields);
  }
}

/** What the view has to be when nothing waits. */
function settled(stage: Stage, { names, filtered }: Asking): readonly string[] {
  const fresh = new Stage({});
  for (const [id, record] of stage.records) fresh.records.set(id, record);
  fresh.view.ask(asking(names, filtered ? matching : null));
  return fresh.view.ids();
}

const without = (ids: readonly string[], ...some: readonly (string | null)[]): readonly string[] =>
  ids.filter((id) => !some.includes(id));

/** The least number of rows that have to be moved to turn one order into another. */
function leastMoves(before: readonly string[], after: readonly string[]): number {
  const places = before.filter((id) => after.includes(id)).map((id) => after.indexOf(id));
  const longest: number[] = [];
  for (const [index, place] of places.entries()) {
    longest.push(
      1 + Math.max(0, ...places.slice(0, index).map((p, at) => (p < place ? (longest[at] ?? 0) : 0))),
    );
  }
  return places.length - Math.max(0, ...longest);
}

describe("while the pane is active", () => {
  test("nothing moves, enters or leaves a sorted or filtered pane, and what waits is counted", () => {
    fc.assert(
      fc.property(start, query, fc.array(remotes, { maxLength: 4 }), (all, of, bursts) => {
        fc.pre(of.names.length > 0 || of.filtered);
        const stage = stageOf(all, of);
        const before = stage.view.ids();
        stage.view.active();
        for (const burst of bursts) {
          happen(stage, burst);
          stage.clock.pass(400);
          stage.frame();
          expect(stage.view.ids()).toEqual(before);
        }
        const waiting = stage.view.waiting();
        const after = settled(stage, of);
        const left = without(before, ...after);
        const deleted = left.filter((id) => stage.records.get(id)?.deleted);
        expect(waiting.deleted).toBe(deleted.length);
        expect(waiting.gone).toBe(left.length - deleted.length);
        expect(waiting.added).toBe(without(after, ...before).length);
        expect(waiting.moved).toBeGreaterThanOrEqual(leastMoves(before, after));
        if (left.length === 0 && leastMoves(before, after) === 0) expect(waiting.moved).toBe(0);
        stage.view.settle();
        expect(stage.view.ids()).toEqual(after);
        expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
      }),
      { numRuns: 1000 },
    );
  });

  test("a pane neither sorted nor filtered only gains rows at its end, at once", () => {
    fc.assert(
      fc.property(start, remotes, (all, changes) => {
        const of = { names: [], filtered: false };
        const stage = stageOf(all, of);
        stage.view.active();
        for (const change of changes) {
          const before = stage.view.ids();
          happen(stage, [change]);
          stage.frame();
          const appended = change.fields !== null && change.id > (before.at(-1) ?? "");
          expect(stage.view.ids()).toEqual(appended ? [...before, change.id] : before);
        }
        stage.rest();
        expect(stage.view.ids()).toEqual(settled(stage, of));
      }),
      { numRuns: 300 },
    );
  });
});

/** What may happen in a pane and around it. */
const step = fc.oneof(
  { weight: 4, arbitrary: remotes.map((changes) => ({ kind: "remote" as const, changes })) },
  { weight: 2, arbitrary: remotes.map((changes) => ({ kind: "own" as const, changes })) },
  { weight: 2, arbitrary: fc.option(id, { nil: null }).map((id) => ({ kind: "cursor" as const, id })) },
  fc.record({ kind: fc.constant("put" as const), id, after: fc.option(id, { nil: null }) }),
  { weight: 2, arbitrary: fc.constant({ kind: "rest" as const }) },
  fc.constant({ kind: "frame" as const }),
  fc.constant({ kind: "active" as const }),
  fc.constant({ kind: "settle" as const }),
  fc.constant({ kind: "reset" as const }),
  fc.boolean().map((held) => ({ kind: "edit" as const, held })),
);

/** By others' doing and by time passing a row with the cursor may only be moved where the rows end before it. */
const OTHERS: readonly string[] = ["remote", "rest", "frame", "active", "settle", "reset", "edit"];

test("the row with the cursor keeps its index, whatever others do; the others stand right when the pane is quiet", () => {
  fc.assert(
    fc.property(start, query, fc.array(step, { maxLength: 25 }), (all, of, steps) => {
      const stage = stageOf(all, of);
      let cursor: string | null = null;
      let editing = false;
      for (const each of steps) {
        const at = cursor === null ? -1 : stage.view.indexOf(cursor);
        if (each.kind === "remote" || each.kind === "own") happen(stage, each.changes);
        if (each.kind === "own") stage.view.own(each.changes.map(({ id }) => id));
        if (each.kind === "cursor") {
          cursor = each.id !== null && stage.view.indexOf(each.id) >= 0 ? each.id : null;
          stage.view.cursor(cursor);
        }
        if (each.kind === "put" && stage.records.get(each.id)?.deleted === false) {
          stage.view.put(each.id, each.after);
          const { after } = each;
          if (after !== null && after !== each.id && stage.view.indexOf(after) >= 0)
            expect(stage.view.indexOf(each.id)).toBe(stage.view.indexOf(after) + 1);
          cursor = each.id;
          stage.view.cursor(cursor);
        }
        if (each.kind === "edit") stage.view.hold("editing", (editing = each.held));
        if (each.kind === "frame") stage.frame();
        if (each.kind === "active") stage.view.active();
        if (each.kind === "settle") stage.view.settle();
        if (each.kind === "reset") stage.tell({ kind: "reset" });
        if (each.kind === "rest") stage.rest();

        const ids = stage.view.ids();
        expect(new Set(ids).size).toBe(ids.length);
        for (const [index, id] of ids.entries()) expect(stage.view.indexOf(id)).toBe(index);
        expect(stage.view.snapshot().count).toBe(ids.length);
        if (at >= 0 && OTHERS.includes(each.kind)) {
          expect(stage.view.indexOf(cursor ?? "")).toBe(Math.min(at, ids.length - 1));
        }
        if (each.kind !== "rest" || editing) continue;
        expect(without(ids, cursor)).toEqual(without(settled(stage, of), cursor));
        expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
      }
      stage.view.hold("editing", false);
      stage.view.cursor(null);
      stage.rest();
      expect(stage.view.ids()).toEqual(settled(stage, of));
      expect(stage.view.waiting()).toEqual(NOTHING_WAITS);
    }),
    { numRuns: 1500 },
  );
});

test("one's own change is placed when the cursor has left it, however active the pane is", () => {
  fc.assert(
    fc.property(start, query, id, id, fields, fc.boolean(), (all, of, mine, other, changed, before) => {
      fc.pre(mine !== other);
      const stage = stageOf(all, of);
      stage.view.active();
      stage.view.cursor(before ? mine : other);
      stage.set(mine, changed);
      stage.view.own([mine]);
      if (before) stage.view.cursor(other);
      expect(stage.view.ids()).toEqual(settled(stage, of));
      stage.frame();
      expect(stage.view.ids()).toEqual(settled(stage, of));
    }),
    { numRuns: 1000 },
  );
});
