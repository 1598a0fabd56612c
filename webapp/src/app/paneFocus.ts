import type { Side } from "../query/paneState.ts";

export const paneId = (side: Side): string => `pane-${side}`;

const pane = (side: Side): HTMLElement | null => document.getElementById(paneId(side));

/** Which pane has the focus; null: none of them. */
export function focusedSide(sides: readonly Side[]): Side | null {
  return sides.find((side) => pane(side)?.contains(document.activeElement)) ?? null;
}

/** The cell that the arrow keys would move from, or the pane itself where it shows no grid. */
export function focusPane(side: Side): void {
  const cell = pane(side)?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]');
  (cell ?? pane(side))?.focus();
}

/** False where the pane has nothing to search in. */
export function focusSearch(side: Side): boolean {
  const box = pane(side)?.querySelector<HTMLInputElement>('input[type="search"], input[role="searchbox"]');
  box?.focus();
  box?.select();
  return box !== null && box !== undefined;
}
