import { useCallback, useEffect, useState, type RefCallback } from "react";

interface Focus {
  /** for the element in which the focus moves; a dialog brings it only after who opens it has rendered */
  readonly root: RefCallback<HTMLElement>;
  /** to the first of the selectors that finds something */
  readonly focus: (...selectors: readonly string[]) => void;
}

/**
 * Moves the focus to what will be there once the edit at hand is on screen, and to `first` at the start. An effect,
 * because menus give the focus back in effects of theirs, which come before.
 */
export function useFocus(first: readonly string[]): Focus {
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const [wish, setWish] = useState(first);
  useEffect(() => {
    const found = wish.flatMap((selector) => root?.querySelector<HTMLElement>(selector) ?? []);
    found[0]?.focus();
  }, [root, wish]);
  return { root: setRoot, focus: useCallback((...selectors) => setWish(selectors), []) };
}
