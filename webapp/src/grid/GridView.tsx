import Box from "@mui/material/Box";
import { useGridApiRef } from "@mui/x-data-grid";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode, type Ref } from "react";
import { useAway } from "../hooks/useAway.ts";
import type { FieldDescription, Grid } from "../protocol.ts";
import type { PaneState } from "../query/paneState.ts";
import type { Replica } from "../sync/replica.ts";
import { texts } from "../texts.ts";
import { AskDialog } from "./AskDialog.tsx";
import { Departed } from "./Departed.tsx";
import { Edits } from "./editors/edits.ts";
import { fetchParts, lazily } from "./lazily.tsx";
import { NoticeBar } from "./Notice.tsx";
import { PaneContext, PaneNowContext, type OnState } from "./pane.ts";
import { PaneGrid } from "./PaneGrid.tsx";
import { RecordPanel } from "./record/RecordPanel.tsx";
import type { Refusal } from "./refused/RefusedPopover.tsx";
import { useRowMenu } from "./RowMenu.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { shownFields } from "./panels/viewEdits.ts";
import { useStage } from "./undo/useStage.ts";
import { useNews } from "./news/useNews.ts";
import { useCursor } from "./useCursor.ts";
import { useOpening } from "./useOpening.ts";
import { usePaneView } from "./usePaneView.ts";
import { useRecordActions } from "./useRecordActions.ts";
import { useSelection } from "./useSelection.ts";
import { useStableView } from "./useStableView.ts";
import { useWhereabouts } from "./useWhereabouts.ts";
import type { ViewBarHandle } from "./panels/ViewBar.tsx";
import { Voice, VoiceRegion } from "./news/voice.tsx";

const HistoryPanel = lazily(async () => (await import("./history/HistoryPanel.tsx")).HistoryPanel);
const RecordForm = lazily(async () => (await import("./record/RecordForm.tsx")).RecordForm);
const RefusedPopover = lazily(async () => (await import("./refused/RefusedPopover.tsx")).RefusedPopover);

interface GridViewProps {
  readonly replica: Replica;
  /** with nothing but read-only fields where `mayEdit` is false */
  readonly grid: Grid;
  readonly mayEdit: boolean;
  /** of the pane, for its accessible names */
  readonly label: string;
  readonly heading: ReactNode;
  /** whether all records are there: then the columns can be measured */
  readonly complete: boolean;
  readonly state: PaneState;
  readonly onState: OnState;
  /** one pane at a time, by touch as a rule: a tap on a cell opens its record */
  readonly narrow: boolean;
}

const frame = { flex: 1, minHeight: 0, display: "flex", flexDirection: "column" } as const;
/** Its width decides how much its footer shows. */
const body = { flex: 1, minHeight: 0, position: "relative", containerType: "inline-size" } as const;

/** One pane over a replica, as its state says; every change by its user goes out through `onState` and comes back. */
export const GridView = memo(function GridView(props: GridViewProps) {
  const { replica, grid, mayEdit, label, heading, complete, state, onState, narrow } = props;
  const { fields } = grid;
  useEffect(() => {
    if (complete) void fetchParts();
  }, [complete]);
  const api = useGridApiRef();
  const shown = useMemo(() => shownFields(fields, state.hidden), [fields, state.hidden]);
  const { view, count, total } = usePaneView(replica, fields, shown, state, complete);
  const cursor = useCursor(api);
  useWhereabouts(api, replica);
  const [voice] = useState(() => new Voice());
  const [edits] = useState(() => new Edits());
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const explain = useCallback(
    (anchor: HTMLElement, id: string, field: string) => setRefusal({ anchor, id, field }),
    [],
  );
  const { open, openHistory, tab, setTab, listing, list, unlist } = useOpening(onState);
  const lately = useNews(replica, view, shown, voice.say);
  const away = useAway(replica.grid);
  const { stage, element } = useStage({ grid: replica.grid, view, cursor, say: voice.say });
  const pane = useMemo(
    () => ({ replica, view, edits, cursor, lately, away, stage, explain, open, openHistory }),
    [replica, view, edits, cursor, lately, away, stage, explain, open, openHistory],
  );
  const selection = useSelection(replica);
  const actions = useRecordActions({ replica, grid, view, cursor, say: voice.say, open, narrow });
  const bar = useRef<ViewBarHandle>(null);
  const filterBy = useCallback((field: FieldDescription) => bar.current?.filterBy(field), []);
  const now = useMemo(
    () => ({ mayEdit, fields, state, onState, filterBy, narrow, count, total, complete, selection, actions }),
    [mayEdit, fields, state, onState, filterBy, narrow, count, total, complete, selection, actions],
  );
  const openEditor = (id: string, field: FieldDescription, text: string) => {
    edits.openWith(id, field.name, text);
    api.current?.setCellFocus(id, field.name);
    api.current?.startCellEditMode({ id, field: field.name });
  };
  const reveal = (id: string, field = shown[0]?.name) => {
    view.reveal(id);
    onState({ page: view.snapshot().page }, "push");
    cursor.to(id, field);
  };
  /** From the history to a record: to its row, where that can be seen beside it. */
  const go = (id: string, field: string | null) => {
    if (replica.get(id)?.deleted !== false) openHistory(id, null);
    else if (narrow || view.indexOf(id) < 0) open(id);
    else reveal(id, shown.find(({ name }) => name === field)?.name);
  };
  /** The same to a cell; one whose column is not shown is seen in its record. */
  const goToCell = (id: string, field?: string) => {
    const isShown = field === undefined || shown.some(({ name }) => name === field);
    if (isShown) go(id, field ?? null);
    else open(id);
  };
  return (
    <PaneContext value={pane}>
      <PaneNowContext value={now}>
        <Frame element={element}>
          <Toolbar
            heading={heading}
            bar={bar}
            onReveal={reveal}
            onGo={goToCell}
            say={voice.say}
            history={listing}
            onHistory={list}
          />
          <Box sx={body}>
            <PaneGrid api={api} label={label} />
            {listing && <HistoryPanel title={grid.title} onGo={go} onClose={unlist} />}
            <RecordPanel grid={grid} record={state.record} onState={onState} tab={tab} onTab={setTab} />
            {actions.notice === null && (
              <Departed api={api} say={voice.say} record={state.record} onReveal={reveal} />
            )}
            {actions.notice && <NoticeBar notice={actions.notice} onClose={actions.closeNotice} />}
          </Box>
          <VoiceRegion voice={voice} />
          {refusal !== null && (
            <RefusedPopover
              refusal={refusal}
              fields={fields}
              onClose={() => setRefusal(null)}
              onEdit={openEditor}
            />
          )}
          {actions.adding && (
            <RecordForm
              grid={grid}
              title={texts.record.addTo(grid.title)}
              onClose={actions.closeForm}
              onSubmit={actions.addWith}
            />
          )}
          {actions.question && <AskDialog question={actions.question} onClose={actions.closeQuestion} />}
        </Frame>
      </PaneNowContext>
    </PaneContext>
  );
});

interface FrameProps {
  readonly element: Ref<HTMLDivElement>;
  readonly children: ReactNode;
}

/** The pane's outermost element: it hears that somebody is there, and what is asked of a row. */
function Frame({ element, children }: FrameProps) {
  const stable = useStableView();
  const { onContextMenu, menu } = useRowMenu();
  return (
    <Box ref={element} {...stable} onContextMenu={onContextMenu} sx={frame}>
      {children}
      {menu}
    </Box>
  );
}
