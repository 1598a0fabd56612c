import Box from "@mui/material/Box";
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { texts } from "../texts.ts";
import { paneId } from "./paneFocus.ts";
import { splitByKey, splitOf, SPLIT_PX } from "./split.ts";

interface DividerProps {
  /** the left pane's share, in percent */
  readonly split: number;
  readonly onSplit: (split: number) => void;
}

/** Between two panes: dragged, or moved by arrow keys, Home and End; a double click makes both the same. */
export function Divider({ split, onSplit }: DividerProps) {
  /** where in the divider it was taken, in pixels */
  const grip = useRef<number | null>(null);
  const room = (element: Element) => element.parentElement!.getBoundingClientRect();
  const take = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = event.clientX - event.currentTarget.getBoundingClientRect().left;
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (grip.current === null) return;
    const { left, width } = room(event.currentTarget);
    onSplit(splitOf(event.clientX - grip.current - left, width));
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const to = splitByKey(event.key, split, room(event.currentTarget).width, event.shiftKey);
    if (to === null) return;
    event.preventDefault();
    onSplit(to);
  };
  return (
    <Box
      role="separator"
      tabIndex={0}
      aria-label={texts.app.split}
      aria-orientation="vertical"
      aria-controls={paneId("left")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(split)}
      onPointerDown={take}
      onPointerMove={drag}
      onLostPointerCapture={() => (grip.current = null)}
      onDoubleClick={() => onSplit(50)}
      onKeyDown={press}
      sx={bar}
    />
  );
}

const bar = {
  width: SPLIT_PX,
  flexShrink: 0,
  display: "flex",
  alignItems: "center",
  justifyContent: "center",
  cursor: "col-resize",
  touchAction: "none",
  outline: "none",
  "&::before": {
    content: '""',
    width: 4,
    height: 44,
    borderRadius: 2,
    bgcolor: "text.secondary",
    opacity: 0.35,
    transition: "opacity 120ms, background-color 120ms, height 120ms",
  },
  "&:hover::before, &:active::before": { opacity: 1, bgcolor: "primary.main" },
  "&:focus-visible::before": { opacity: 1, bgcolor: "primary.main", height: "100%" },
} as const;
