import { useEffect } from "react";

/** The page's own keys; what a cell does with keys is the grid's. */
export interface Shortcuts {
  readonly help: () => void;
  /** false: there is nothing to search in, the key is nobody's */
  readonly search: () => boolean;
  readonly otherPane: () => void;
}

const WRITING = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]';
const APART = '[aria-modal="true"], [role="dialog"], [role="menu"], [role="listbox"]';

function isIn(event: KeyboardEvent, places: string): boolean {
  return event.target instanceof Element && event.target.closest(places) !== null;
}

/** Does what the key asks for; false: it is none of the page's keys, or it is written into something. */
export function act(event: KeyboardEvent, { help, search, otherPane }: Shortcuts): boolean {
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
