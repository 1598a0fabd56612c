// @vitest-environment happy-dom
import { act, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useAhead } from "./useAhead.ts";

type Ahead = ReturnType<typeof useAhead<string>>;

interface InputProps {
  readonly outside: string;
  readonly apply: (value: string) => void;
  readonly tell: (ahead: Ahead) => void;
}

function Input({ outside, apply, tell }: InputProps) {
  tell(useAhead(outside, apply));
  return null;
}

/** A value outside, which the test moves, and the one that is written ahead of it. */
class Stage {
  readonly applied: string[] = [];
  ahead: Ahead | undefined;
  readonly #root: Root = createRoot(document.createElement("div"));

  readonly #apply = (value: string): void => {
    this.applied.push(value);
  };
  readonly #tell = (ahead: Ahead): void => {
    this.ahead = ahead;
  };

  constructor() {
    this.outside("");
  }

  outside(value: string): void {
    act(() => {
      this.#root.render(
        <StrictMode>
          <Input outside={value} apply={this.#apply} tell={this.#tell} />
        </StrictMode>,
      );
    });
  }

  get value(): string | undefined {
    return this.ahead?.value;
  }

  type(value: string): void {
    act(() => {
      this.ahead?.soon(value);
    });
  }

  choose(value: string): void {
    act(() => {
      this.ahead?.now(value);
    });
  }

  wait(ms: number): void {
    act(() => {
      vi.advanceTimersByTime(ms);
    });
  }

  pause(): void {
    this.wait(1000);
  }

  close(): void {
    act(() => {
      this.#root.unmount();
    });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what is typed shows at once and is applied once, after a pause", () => {
  const stage = new Stage();
  stage.type("a");
  stage.type("ab");
  expect(stage.value).toBe("ab");
  expect(stage.applied).toEqual([]);
  stage.pause();
  expect(stage.applied).toEqual(["ab"]);
  stage.pause();
  expect(stage.applied).toEqual(["ab"]);
});

test("each key begins the pause anew", () => {
  const stage = new Stage();
  stage.type("a");
  stage.wait(150);
  stage.type("ab");
  stage.wait(150);
  expect(stage.applied).toEqual([]);
  stage.wait(50);
  expect(stage.applied).toEqual(["ab"]);
});

test("what is chosen is applied at once, and what waited is not applied after it", () => {
  const stage = new Stage();
  stage.type("a");
  stage.choose("");
  expect(stage.applied).toEqual([""]);
  stage.pause();
  expect(stage.applied).toEqual([""]);
});

test("what was applied coming back does not take away what was typed since", () => {
  const stage = new Stage();
  stage.type("a");
  stage.pause();
  stage.type("ab");
  stage.outside("a");
  expect(stage.value).toBe("ab");
  stage.pause();
  expect(stage.applied).toEqual(["a", "ab"]);
});

test("what comes from elsewhere takes the place of what waits", () => {
  const stage = new Stage();
  stage.type("a");
  stage.outside("other");
  expect(stage.value).toBe("other");
  stage.pause();
  expect(stage.applied).toEqual([]);
});

test("going back to what was there before is no echo", () => {
  const stage = new Stage();
  stage.choose("a");
  stage.outside("a");
  stage.outside("");
  expect(stage.value).toBe("");
  stage.outside("a");
  expect(stage.value).toBe("a");
});

test("what waits is applied when its input goes away; nothing where nothing waits", () => {
  const stage = new Stage();
  stage.type("a");
  stage.close();
  expect(stage.applied).toEqual(["a"]);
  const other = new Stage();
  other.choose("b");
  other.close();
  expect(other.applied).toEqual(["b"]);
});
