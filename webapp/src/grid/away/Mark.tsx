import Tooltip from "@mui/material/Tooltip";
import { useEffect, useRef, useState, type RefObject } from "react";
import { capitalized } from "../capitalized.ts";
import { usePane } from "../pane.ts";

/** Long enough to read what a field was: who only passes by with an arrow key has not seen it. */
export const READ_MS = 1_000;

interface MarkProps {
  readonly id: string;
  readonly field: string;
  /** what happened here, in words */
  readonly told: string;
  /** to the record, not to this field only */
  readonly whole: boolean;
}

/** Calls `onLeave` when the cell that `ref` stands in had the focus long enough and has lost it to something else. */
function useAttention(ref: RefObject<HTMLElement | null>, onLeave: () => void) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const [isRead, setRead] = useState(false);
  const leave = useRef(onLeave);
  useEffect(() => {
    leave.current = onLeave;
  }, [onLeave]);
  useEffect(() => {
    const cell = ref.current?.closest('[role="gridcell"]');
    if (!cell) return;
    let timer = 0;
    let read = false;
    const show = () => setAnchor(cell);
    const focus = () => {
      show();
      timer = window.setTimeout(() => {
        read = true;
        setRead(true);
      }, READ_MS);
    };
    const blur = () => {
      clearTimeout(timer);
      // To another window, as a rule to come back.
      if (!document.hasFocus()) return;
      setAnchor(null);
      if (read) leave.current();
    };
    const hide = () => setAnchor(cell.contains(document.activeElement) ? cell : null);
    const events = { focusin: focus, focusout: blur, pointerenter: show, pointerleave: hide };
    for (const [name, fn] of Object.entries(events)) cell.addEventListener(name, fn);
    if (cell.contains(document.activeElement)) focus();
    return () => {
      clearTimeout(timer);
      for (const [name, fn] of Object.entries(events)) cell.removeEventListener(name, fn);
    };
  }, [ref]);
  return { anchor, isRead };
}

/**
 * Something happened here while its user was away. What it was shows where the pointer or the cursor is; it is gone
 * when the cursor goes on, after it was there long enough to read that. Of the cell it is no text: nobody copies it.
 */
export function Mark({ id, field, told, whole }: MarkProps) {
  const { away } = usePane();
  const ref = useRef<HTMLSpanElement>(null);
  const { anchor, isRead } = useAttention(ref, () => away.see(id, field));
  return (
    <>
      <span
        ref={ref}
        className="tandem-mark"
        data-whole={whole ? "" : undefined}
        data-read={isRead ? "" : undefined}
        aria-hidden
      />
      {anchor !== null && <Told text={told} anchor={anchor} />}
    </>
  );
}

/** Rendered where it is open only: there may be a mark in each cell that is scrolled by. */
function Told({ text, anchor }: { readonly text: string; readonly anchor: Element }) {
  return (
    <Tooltip
      open
      title={capitalized(text)}
      placement="bottom-start"
      slotProps={{ popper: { anchorEl: anchor, sx: { pointerEvents: "none" } } }}
    >
      <span aria-hidden />
    </Tooltip>
  );
}
