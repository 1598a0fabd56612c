import { useEffect } from "react";

/** The page's own keys; what a cell does with keys is the grid's. */
export interface Shortcuts {
  readonly help: () => void;
  /** false: there is nothing to search in, the key is nobody's */
  readonly search: () => boolean;
  readonly otherPane: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
}

const WRITING = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]';
/** What lies over the page; a record that is open beside its grid does not. */
const OVER = '[aria-modal="true"], .MuiModal-root, [role="menu"], [role="listbox"]';
const APART = '[aria-modal="true"], [role="dialog"], [role="menu"], [role="listbox"]';

function isIn(event: KeyboardEvent, places: string): boolean {
  return event.target instanceof Element && event.target.closest(places) !== null;
}

/** Whether it asks for undo or redo. Where one writes it is the input's own, for what was written there. */
function turnOf({ ctrlKey, metaKey, altKey, shiftKey, key }: KeyboardEvent): "undo" | "redo" | null {
  if (altKey || ctrlKey === metaKey) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" && ctrlKey && !shiftKey ? "redo" : null;
}

/** Does what the key asks for; false: it is none of the page's keys, or it is written into something. */
export function act(event: KeyboardEvent, shortcuts: Shortcuts): boolean {
  const { help, search, otherPane } = shortcuts;
  const turn = turnOf(event);
  if (turn !== null && !event.isComposing && !isIn(event, OVER) && !isIn(event, WRITING)) {
    shortcuts[turn]();
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isIn(event, APART)) return false;
  if (event.key === "F6") otherPane();
  else if (isIn(event, WRITING)) return false;
  else if (event.key === "?") help();
  else if (event.key === "/") return search();
  else return false;
  return true;
}

/** Before the grid hears of a key: it would take "?" and "/" for the beginning of a value. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!act(event, shortcuts)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", hear, { capture: true });
    return () => window.removeEventListener("keydown", hear, { capture: true });
  }, [shortcuts]);
}
