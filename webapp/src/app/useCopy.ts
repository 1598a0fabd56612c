import { useCallback, useRef, useState, type RefObject } from "react";
import { toClipboard } from "../grid/clipboard.ts";

export type Copied = "copied" | "selected" | null;

/** Marks the text of an element, ready for the user's own Ctrl+C. */
function select(element: HTMLElement): void {
  element.focus();
  if (element instanceof HTMLTextAreaElement) element.select();
  else window.getSelection()?.selectAllChildren(element);
}

/** Copies what stands in an element. On plain HTTP there is no clipboard: then it is selected instead. */
export function useCopy<E extends HTMLElement>(): {
  readonly ref: RefObject<E | null>;
  readonly copied: Copied;
  readonly copy: () => void;
} {
  const ref = useRef<E>(null);
  const [copied, setCopied] = useState<Copied>(null);
  const copy = useCallback(() => {
    const element = ref.current;
    if (element === null) return;
    const text = element instanceof HTMLTextAreaElement ? element.value : (element.textContent ?? "");
    void toClipboard(text).then((isThere) => {
      if (!isThere) select(element);
      setCopied(isThere ? "copied" : "selected");
    });
  }, []);
  return { ref, copied, copy };
}
