import { useSyncExternalStore } from "react";
import type { Step } from "../sync/step.ts";
import { texts } from "../texts.ts";
import { usePane } from "./pane.ts";
import { Toast } from "./Toast.tsx";
import { useUndoDesk } from "./undo/desk.ts";

/** What a pane has just done, as a step that can be undone. */
export interface Notice {
  readonly text: string;
  readonly step: Step;
}

interface NoticeProps {
  readonly notice: Notice;
  readonly onClose: () => void;
}

/** For a while, until it is undone in whatever way. */
export function NoticeBar({ notice, onClose }: NoticeProps) {
  const desk = useUndoDesk();
  const { stage } = usePane();
  const isDone = useSyncExternalStore(desk.history.subscribe, () => desk.history.isDone(notice.step));
  if (!isDone) return null;
  return (
    <Toast
      passing
      text={notice.text}
      action={texts.grid.undo}
      onAction={() => desk.turn("before", stage, notice.step)}
      onClose={onClose}
    />
  );
}
