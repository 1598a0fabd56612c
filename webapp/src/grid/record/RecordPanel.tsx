import { useEffect } from "react";
import { useReading } from "../away/AwayNote.tsx";
import { usePane, usePaneNow, type OnState } from "../pane.ts";
import type { Grid } from "../../protocol.ts";
import { lazily } from "../lazily.tsx";
import type { RecordTab } from "./RecordTabs.tsx";
import { copyOf } from "../useRecordActions.ts";
import { useOpenRecord } from "./useOpenRecord.ts";

const RecordDrawer = lazily(async () => (await import("./RecordDrawer.tsx")).RecordDrawer);

interface RecordPanelProps {
  readonly grid: Grid;
  readonly record: string | null;
  readonly onState: OnState;
  readonly tab: RecordTab;
  readonly onTab: (tab: RecordTab) => void;
}

/** The record that the pane's state names, beside the grid. */
export function RecordPanel({ grid, record, onState, tab, onTab }: RecordPanelProps) {
  const { replica, view, cursor, away, open } = usePane();
  const { mayEdit, narrow, complete, count, actions } = usePaneNow();
  const { at, close, previous, next } = useOpenRecord(view, record, onState);
  useReading(away, record);
  // What is changed here is this pane's own doing: it is placed when the next record is turned to.
  useEffect(() => {
    if (record === null) return;
    return replica.subscribeRecord(record, () => {
      if ((replica.get(record)?.pending.size ?? 0) > 0) view.own([record]);
    });
  }, [replica, view, record]);
  // One that has not come yet is no record that is gone.
  if (record === null || (!complete && replica.get(record) === undefined)) return null;
  const duplicate = () => {
    const id = replica.add(copyOf(grid, replica.get(record)?.fields ?? {}));
    view.put(id, record);
    open(id);
  };
  return (
    <RecordDrawer
      replica={replica}
      grid={grid}
      id={record}
      at={at < 0 ? null : { index: at, count }}
      link={window.location.href}
      narrow={narrow}
      mayEdit={mayEdit}
      tab={tab}
      onTab={onTab}
      onPrevious={previous}
      onNext={next}
      onDuplicate={duplicate}
      onDelete={() => {
        close();
        actions.remove([record]);
      }}
      onRestore={() => actions.restore(record)}
      onClose={() => {
        close();
        cursor.to(record);
      }}
    />
  );
}
