import { createContext, useContext } from "react";
import type { How } from "../hooks/address.ts";
import type { FieldDescription } from "../protocol.ts";
import type { PaneState } from "../query/paneState.ts";
import type { View } from "../query/view.ts";
import type { Away } from "../sync/away.ts";
import type { Replica } from "../sync/replica.ts";
import type { Lately } from "./news/lately.ts";
import type { Edits } from "./editors/edits.ts";
import type { Cursor } from "./useCursor.ts";
import type { Stage } from "./undo/desk.ts";
import type { RecordActions } from "./useRecordActions.ts";
import type { Selection } from "./useSelection.ts";

/** What the cells of one pane share; it stays the same object, or all of them would render. */
export interface Pane {
  readonly replica: Replica;
  readonly view: View;
  readonly edits: Edits;
  readonly cursor: Cursor;
  readonly lately: Lately;
  readonly away: Away;
  /** this pane as a place to show what is undone */
  readonly stage: Stage;
  /** Shows, beside `anchor`, the value that was not taken. */
  readonly explain: (anchor: HTMLElement, id: string, field: string) => void;
  /** Opens a record beside the grid. */
  readonly open: (id: string) => void;
  /** Opens what has happened to it, or to one of its fields. */
  readonly openHistory: (id: string, field: string | null) => void;
}

export const PaneContext = createContext<Pane | null>(null);

export function usePane(): Pane {
  const pane = useContext(PaneContext);
  if (pane === null) throw new Error("usePane needs a PaneContext above it");
  return pane;
}

export type OnState = (patch: Partial<PaneState>, how: How) => void;

/** What of a pane changes while it is used: for its toolbar, headers and bars. Cells do not read it. */
export interface PaneNow {
  /** false: its user may look only, and is offered nothing that changes a record; all fields are read only then */
  readonly mayEdit: boolean;
  readonly fields: readonly FieldDescription[];
  readonly state: PaneState;
  readonly onState: OnState;
  /** Opens the filter with a question about this field. */
  readonly filterBy: (field: FieldDescription) => void;
  readonly narrow: boolean;
  /** records that match, on all pages; and all that there are */
  readonly count: number;
  readonly total: number;
  readonly complete: boolean;
  readonly selection: Selection;
  readonly actions: RecordActions;
}

export const PaneNowContext = createContext<PaneNow | null>(null);

export function usePaneNow(): PaneNow {
  const now = useContext(PaneNowContext);
  if (now === null) throw new Error("usePaneNow needs a PaneNowContext above it");
  return now;
}
