/** The divider's width, in pixels. */
export const SPLIT_PX = 12;
/** Narrower than this no pane is of use, in pixels. */
export const PANE_PX = 280;

/** The left pane's share in percent when it is `left` pixels wide, of two panes and a divider in `room` pixels. */
export function splitOf(left: number, room: number): number {
  const both = room - SPLIT_PX;
  if (both <= 2 * PANE_PX) return 50;
  const kept = Math.min(Math.max(left, PANE_PX), both - PANE_PX);
  return Math.round((1_000 * kept) / both) / 10;
}

/** Where a key moves the divider; null: it is none of its keys. */
export function splitByKey(key: string, split: number, room: number, far: boolean): number | null {
  const both = room - SPLIT_PX;
  const by = (percent: number) => splitOf(((split + percent) * both) / 100, room);
  const step = far ? 10 : 2;
  switch (key) {
    case "ArrowLeft":
      return by(-step);
    case "ArrowRight":
      return by(step);
    case "Home":
      return by(-100);
    case "End":
      return by(100);
    case "Enter":
      return 50;
    default:
      return null;
  }
}
