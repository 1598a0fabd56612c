// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from "vitest";
import { isKeyGiven, keepOnRing, takeKey } from "./linkKey.ts";

const open = (address: string): void => history.replaceState(null, "", address);

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
  localStorage.clear();
  open("/");
});

test("it is taken out of the address, and nothing else is", () => {
  open("/?left=tasks#key=s%2Bcret&x=1");
  expect(isKeyGiven()).toBe(true);
  expect(takeKey()).toBe("s+cret");
  expect(location.href).toMatch(/\/\?left=tasks#x=1$/);
  expect(isKeyGiven()).toBe(false);
  open("/#key=other");
  takeKey();
  expect(location.href).toMatch(/\/$/);
});

test("it is there at the next load, and in the next tab", () => {
  open("/#key=secret");
  takeKey();
  expect(takeKey()).toBe("secret");
  sessionStorage.clear(); // as in another tab
  expect(takeKey()).toBe("secret");
});

test("that of a link opened since takes its place, but not in a tab that has its own", () => {
  open("/#key=first");
  takeKey();
  const tab = sessionStorage.getItem("tandem.key")!;
  open("/#key=second");
  expect(takeKey()).toBe("second");
  expect(takeKey()).toBe("second");
  sessionStorage.setItem("tandem.key", tab);
  expect(takeKey()).toBe("first");
});

test("without a key in the address or kept there is none", () => {
  expect(takeKey()).toBeNull();
  open("/#key=");
  expect(isKeyGiven()).toBe(false);
  expect(takeKey()).toBeNull();
});

test("where the browser keeps nothing, it stays in the address, for a reload", () => {
  vi.stubGlobal("sessionStorage", {
    setItem: () => {
      throw new Error("denied");
    },
  });
  open("/#key=secret");
  expect(takeKey()).toBe("secret");
  expect(location.hash).toBe("#key=secret");
});

describe("of several links, each for one grid", () => {
  const visit = (grid: string, key: string): void => {
    open(`/?left=${grid}#key=${key}`);
    takeKey(grid);
    keepOnRing(grid, key);
  };

  test("each grid gets its own, whichever was opened last", () => {
    visit("tasks", "first");
    visit("people", "second");
    expect(takeKey("tasks")).toBe("first");
    expect(takeKey("people")).toBe("second");
    expect(takeKey("nowhere")).toBe("second");
    expect(takeKey()).toBe("second");
    visit("tasks", "third"); // a new link to the same grid
    expect(takeKey("tasks")).toBe("third");
  });

  test("one that may open all gives way to none", () => {
    visit("tasks", "view");
    open("/?left=tasks#key=master");
    takeKey("tasks");
    expect(takeKey("tasks")).toBe("master");
  });

  test("what else stands there is no key", () => {
    localStorage.setItem("tandem.key", "mine");
    for (const rubbish of ['{"tasks":1}', "[1,null]", '[["tasks"]]', "null", "{"]) {
      localStorage.setItem("tandem.keys", rubbish);
      expect(takeKey("tasks")).toBe("mine");
    }
  });

  test("so many are kept, the newest", () => {
    for (let number = 0; number < 60; number += 1) visit(`grid${number}`, `key${number}`);
    expect(takeKey("grid59")).toBe("key59");
    expect(takeKey("grid10")).toBe("key10");
    expect(takeKey("grid9")).toBe("key59");
  });
});
