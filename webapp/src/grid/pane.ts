import { createContext, useContext } from "react";
import type { Replica } from "../sync/replica.ts";
import type { Edits } from "./edits.ts";

/** What the cells of one pane share. */
export interface Pane {
  readonly replica: Replica;
  readonly edits: Edits;
  /** Shows, beside `anchor`, the value that was not taken. */
  readonly explain: (anchor: HTMLElement, id: string, field: string) => void;
}

export const PaneContext = createContext<Pane | null>(null);

export function usePane(): Pane {
  const pane = useContext(PaneContext);
  if (pane === null) throw new Error("usePane needs a PaneContext above it");
  return pane;
}
