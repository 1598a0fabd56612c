import { beforeEach, describe, expect, test } from "vitest";
import { Timeline } from "../sync/simulation/timeline.ts";
import { Address } from "./address.ts";

/** A browser's window, as far as an address needs one. */
class FakePage {
  readonly entries: string[];
  at = 0;
  calls = 0;
  private readonly listeners = new Map<string, () => void>();

  constructor(search: string) {
    this.entries = [search];
  }

  get location() {
    return { pathname: "/", search: this.entries[this.at]!, hash: "#key=secret" };
  }

  readonly history = {
    pushState: (_state: null, _title: string, url: string) => {
      this.entries.splice((this.at += 1), Infinity, "");
      this.history.replaceState(_state, _title, url);
    },
    replaceState: (_state: null, _title: string, url: string) => {
      expect(url.endsWith("#key=secret")).toBe(true);
      this.calls += 1;
      this.entries[this.at] = new URL(url, "http://localhost").search;
    },
  };

  addEventListener(event: string, fn: () => void): void {
    this.listeners.set(event, fn);
  }

  fire(event: string): void {
    this.listeners.get(event)!();
  }

  go(by: number): void {
    this.at += by;
    this.fire("popstate");
  }
}

let page: FakePage;
let time: Timeline;
let address: Address;

function open(search: string): void {
  page = new FakePage(search);
  time = new Timeline(1);
  address = new Address(page as unknown as Window, time);
}

const pass = (ms: number) => time.pass(ms, () => undefined);

beforeEach(() => open("?left=airports&x=1"));

describe("the address", () => {
  test("takes each step; back undoes it", () => {
    const told: number[] = [];
    address.subscribe(() => told.push(page.at));
    address.setPane("left", { sort: [{ field: "name", descending: true }] }, "push");
    address.setPane("left", { record: "r1" }, "push");
    expect(page.entries).toEqual([
      "?left=airports&x=1",
      "?left=airports&left.sort=-name&x=1",
      "?left=airports&left.sort=-name&left.record=r1&x=1",
    ]);
    page.go(-1);
    expect(address.snapshot().left).toMatchObject({ record: null, sort: [{ field: "name" }] });
    page.go(-1);
    expect(address.snapshot().left.sort).toEqual([]);
    page.go(2);
    expect(address.snapshot().left.record).toBe("r1");
    expect(told).toHaveLength(5);
  });

  test("one pane's part never changes the other's", () => {
    const { right } = address.snapshot();
    address.setPane("left", { search: "a" }, "replace");
    expect(address.snapshot().right).toBe(right);
  });

  test("follows what is typed or dragged at its own pace, the state at once", async () => {
    for (const search of ["l", "la", "lak", "lake"]) {
      address.setPane("left", { search }, "replace");
      expect(address.snapshot().left.search).toBe(search);
    }
    expect(page.calls).toBe(1);
    await pass(400);
    expect(page.entries).toEqual(["?left=airports&left.q=lake&x=1"]);
    expect(page.calls).toBe(2);
  });

  test("a step leaves behind all that was typed before it", () => {
    address.setPane("left", { search: "l" }, "replace");
    address.setPane("left", { search: "lake" }, "replace");
    address.setPane("left", { record: "r1" }, "push");
    expect(page.entries[0]).toContain("left.q=lake");
  });

  test("what was typed last is kept when the page goes, and dropped by a step back", async () => {
    const first = "?left=airports&left.page=old";
    open(first);
    address.setPane("left", { record: "r1" }, "push");
    address.setPane("left", { search: "lake" }, "replace");
    page.fire("pagehide");
    expect(page.entries[1]).toContain("left.q=lake");
    address.setPane("left", { search: "sea" }, "replace");
    page.go(-1);
    await pass(10_000);
    expect(page.entries[0]).toBe(first);
    expect(address.snapshot().left.search).toBe("");
  });

  test("never asks more of the browser than it takes, and is right in the end", async () => {
    const asked: number[] = [];
    const count = () => page.calls - (asked.at(-1) ?? 0);
    for (let step = 0; step < 1_200; step++) {
      address.setPane("left", { page: step }, step % 3 === 0 ? "push" : "replace");
      await pass(50);
      if (step % 600 === 599) asked.push(count());
    }
    for (const calls of asked) expect(calls).toBeLessThan(100);
    await pass(30_000);
    expect(page.entries.at(-1)).toContain("left.page=1200");
    expect(address.snapshot().left.page).toBe(1_199);
  });

  test("a step that changes nothing is none", () => {
    address.setPane("left", { grid: "airports" }, "push");
    expect(page.entries).toHaveLength(1);
  });
});
