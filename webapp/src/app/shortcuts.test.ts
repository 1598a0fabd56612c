// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { focusedSide, focusPane, focusSearch, paneId } from "./paneFocus.ts";
import { act } from "./useShortcuts.ts";

const PAGE = `
  <button id="help">?</button>
  <section id="${paneId("left")}" tabindex="-1">
    <input type="search" value="lake" />
    <div role="grid"><i tabindex="-1"></i><b id="cell" tabindex="0"></b><input type="checkbox" /></div>
  </section>
  <section id="${paneId("right")}" tabindex="-1"><textarea></textarea></section>
  <div role="dialog"><button id="inside"></button></div>
  <div role="dialog" aria-modal="true"><button id="over"></button></div>
  <ul role="menu"><li id="item" tabindex="0"></li></ul>
`;

const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;

beforeEach(() => {
  document.body.innerHTML = PAGE;
});

describe("the page's keys", () => {
  const press = (at: string, key: string, more: KeyboardEventInit = {}, finds = true) => {
    const shortcuts = {
      help: vi.fn(),
      search: vi.fn(() => finds),
      otherPane: vi.fn(),
      undo: vi.fn(),
      redo: vi.fn(),
    };
    let taken: boolean | undefined;
    const hear = (event: KeyboardEvent) => (taken = act(event, shortcuts));
    document.addEventListener("keydown", hear, { once: true });
    find(at).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    const done = Object.entries(shortcuts).flatMap(([name, fn]) => (fn.mock.calls.length > 0 ? [name] : []));
    return [taken, ...done];
  };

  test.each([
    ["#help", "?", [true, "help"]],
    ["#cell", "?", [true, "help"]],
    ["#cell", "/", [true, "search"]],
    ["#cell", "F6", [true, "otherPane"]],
    ["input[type=checkbox]", "?", [true, "help"]],
    ["input[type=search]", "?", [false]],
    ["input[type=search]", "/", [false]],
    ["input[type=search]", "F6", [true, "otherPane"]],
    ["textarea", "?", [false]],
    ["#inside", "?", [false]],
    ["#inside", "F6", [false]],
    ["#item", "/", [false]],
    ["#cell", "a", [false]],
  ])("in %s %s does %j", (at, key, done) => {
    expect(press(at, key)).toEqual(done);
  });

  test("with Ctrl, Alt or ⌘ are somebody else's", () => {
    for (const modifier of ["ctrlKey", "altKey", "metaKey"] as const)
      expect(press("#cell", "/", { [modifier]: true })).toEqual([false]);
  });

  test.each<[string, string, KeyboardEventInit, unknown[]]>([
    ["#cell", "z", { ctrlKey: true }, [true, "undo"]],
    ["#cell", "z", { metaKey: true }, [true, "undo"]],
    ["#cell", "Z", { ctrlKey: true, shiftKey: true }, [true, "redo"]],
    ["#help", "Z", { metaKey: true, shiftKey: true }, [true, "redo"]],
    ["input[type=checkbox]", "y", { ctrlKey: true }, [true, "redo"]],
    ["#inside", "z", { ctrlKey: true }, [true, "undo"]], // a record beside its grid
    ["#over", "z", { ctrlKey: true }, [false]],
    ["#item", "z", { ctrlKey: true }, [false]],
    ["textarea", "z", { ctrlKey: true }, [false]],
    ["input[type=search]", "y", { ctrlKey: true }, [false]],
    ["#cell", "y", { metaKey: true }, [false]], // a Mac's browser has its own use for it
    ["#cell", "z", { ctrlKey: true, altKey: true }, [false]],
    ["#cell", "z", {}, [false]],
  ])("in %s %s with %j does %j", (at, key, modifiers, done) => {
    expect(press(at, key, modifiers)).toEqual(done);
  });

  test("a search with nothing to search in takes no key away", () => {
    expect(press("#cell", "/", {}, false)).toEqual([false, "search"]);
  });
});

describe("the focus", () => {
  test("goes to the cell that the arrow keys would move from, or to the pane", () => {
    expect(focusedSide(["left", "right"])).toBeNull();
    focusPane("left");
    expect(document.activeElement).toBe(find("#cell"));
    expect(focusedSide(["left", "right"])).toBe("left");
    focusPane("right");
    expect(document.activeElement).toBe(find(`#${paneId("right")}`));
  });

  test("goes to the pane's search box, with its text selected, where it has one", () => {
    expect(focusSearch("right")).toBe(false);
    expect(focusSearch("left")).toBe(true);
    expect(document.activeElement).toBe(find("input[type=search]"));
  });
});
