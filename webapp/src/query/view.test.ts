import { expect, test } from "vitest";
import type { Json } from "../protocol.ts";
import type { Changes, RecordView } from "../sync/types.ts";
import { byNumber } from "../fields/compare.ts";
import { View, type Source } from "./view.ts";

/** Records with one number each; a frame comes when the test says so. */
class Stage implements Source {
  readonly records = new Map<string, RecordView>();
  readonly listeners = new Set<(changes: Changes) => void>();
  frames: (() => void)[] = [];
  published = 0;
  readonly view: View;
  readonly end: () => void;

  constructor(numbers: Readonly<Record<string, number>>) {
    for (const [id, number] of Object.entries(numbers)) this.put(id, number);
    this.view = new View(this, (fn) => {
      this.frames.push(fn);
      return () => {
        this.frames = this.frames.filter((each) => each !== fn);
      };
    });
    this.end = this.view.subscribe(() => {
      this.published += 1;
    });
    this.frame();
    this.published = 0;
  }

  ids = (): readonly string[] => [...this.records.values()].filter((r) => !r.deleted).map((r) => r.id);
  get = (id: string): RecordView | undefined => this.records.get(id);
  onChanges = (fn: (changes: Changes) => void): (() => void) => {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  };

  put(id: string, number: Json, deleted = false): void {
    const fields = { number };
    this.records.set(id, {
      id,
      version: 1,
      fields,
      deleted,
      pending: new Set(),
      refused: {},
      state: "saved",
    });
    this.tell({ kind: "records", touched: [id], added: [], removed: [] });
  }

  tell(changes: Changes): void {
    for (const listener of this.listeners) listener(changes);
  }

  frame(): void {
    for (const fn of this.frames.splice(0)) fn();
  }

  byNumber(): void {
    this.view.sort({
      key: (id) => this.records.get(id)?.fields["number"] as number,
      compare: byNumber,
      descending: false,
    });
  }

  get shown(): string {
    return this.view.snapshot().rows.map(({ id }) => id).join(""); // prettier-ignore
  }
}

test("shows the page asked for, and the last where it is beyond the end", () => {
  const stage = new Stage({ a: 1, b: 2, c: 3, d: 4, e: 5 });
  stage.view.show(1, 2);
  expect(stage.shown).toBe("cd");
  stage.view.show(9, 2);
  expect(stage.shown).toBe("e");
  expect(stage.view.snapshot()).toMatchObject({ page: 2, pageSize: 2, count: 5 });
});

test("a changed value that moves nothing publishes nothing", () => {
  const stage = new Stage({ a: 1, b: 5, c: 9 });
  stage.byNumber();
  const { rows } = stage.view.snapshot();
  stage.put("b", 6);
  stage.frame();
  expect(stage.view.snapshot().rows).toBe(rows);
});

test("many changes make one publication, with the same row objects, at the next frame", () => {
  const stage = new Stage({ a: 1, b: 2, c: 3 });
  stage.byNumber();
  stage.published = 0;
  const [a] = stage.view.snapshot().rows;
  stage.put("a", 10);
  stage.put("d", 2.5);
  stage.put("b", 0, true);
  expect(stage.shown).toBe("abc");
  expect(stage.frames).toHaveLength(1);
  stage.frame();
  expect(stage.shown).toBe("dca");
  expect(stage.published).toBe(1);
  expect(stage.view.snapshot().rows[2]).toBe(a);
});

test("nothing moves while the pane is held, and all of it shows afterwards", () => {
  const stage = new Stage({ a: 1, b: 2, c: 3 });
  stage.byNumber();
  stage.view.hold("editing", true);
  stage.view.hold("filling", true);
  stage.put("a", 10);
  stage.put("b", 2, true);
  stage.frame();
  expect(stage.shown).toBe("abc");
  stage.view.hold("filling", false);
  stage.frame();
  expect(stage.shown).toBe("abc");
  stage.view.hold("editing", false);
  stage.frame();
  expect(stage.shown).toBe("ca");
});

test("a change on another page leaves the rows alone but not the count", () => {
  const stage = new Stage({ a: 1, b: 2, c: 3 });
  stage.view.show(0, 2);
  const { rows } = stage.view.snapshot();
  stage.put("d", 4);
  stage.frame();
  expect(stage.view.snapshot().count).toBe(4);
  expect(stage.view.snapshot().rows).toBe(rows);
});

test("a replica that was replaced is read anew", () => {
  const stage = new Stage({ a: 1, b: 2 });
  stage.records.delete("a");
  stage.records.set("z", { ...(stage.records.get("b") as RecordView), id: "z" });
  stage.tell({ kind: "reset" });
  stage.frame();
  expect(stage.shown).toBe("bz");
});

test("reveals the page of a record at once, before the next frame", () => {
  const stage = new Stage({ a: 1, b: 2, c: 3 });
  stage.view.show(0, 2);
  stage.put("d", 4);
  stage.view.reveal("d");
  expect(stage.shown).toBe("cd");
});

test("stops listening when nobody listens, and catches up when somebody does again", () => {
  const stage = new Stage({ a: 1 });
  stage.end();
  expect(stage.listeners.size).toBe(0);
  stage.put("b", 2);
  const end = stage.view.subscribe(() => undefined);
  stage.frame();
  expect(stage.shown).toBe("ab");
  end();
});
