import { useEffect, useMemo, useRef, type RefObject } from "react";
import type { View } from "../../query/view.ts";
import type { Turn } from "../../sync/history.ts";
import { otherSide, type Part } from "../../sync/step.ts";
import { heirOf, type Cursor } from "../useCursor.ts";
import { useUndoDesk, type Stage } from "./desk.ts";

interface Tools {
  readonly grid: string;
  readonly view: View;
  readonly cursor: Cursor;
  readonly say: (text: string) => void;
}

/** One reads or writes beside the grid: the focus stays there. */
const BESIDE = '[role="dialog"]';

/** This pane as a place where undo and redo are shown, and the element that it is. */
export function useStage({ grid, view, cursor, say }: Tools): {
  readonly stage: Stage;
  readonly element: RefObject<HTMLDivElement | null>;
} {
  const desk = useUndoDesk();
  const element = useRef<HTMLDivElement>(null);
  const stage = useMemo(() => {
    const onPage = () => view.snapshot().rows.map(({ id }) => id);
    const focus = ({ step, to }: Turn, before: readonly string[]) => {
      const rows = onPage();
      const there = ({ id }: Part) => step.parts.get(id)?.[to] !== null && rows.includes(id);
      const part = [...step.parts.values()].find(there);
      const goes = new Set([...step.parts.values()].flatMap((each) => (each[to] === null ? [each.id] : [])));
      if (part !== undefined) {
        const edits = part[otherSide(to)] !== null;
        cursor.to(part.id, edits ? Object.keys(part[to] ?? {})[0] : undefined);
      } else if (goes.has(cursor.last()?.id ?? ""))
        cursor.to(heirOf(before, goes, cursor.last()?.id ?? null));
    };
    const perform: Stage["perform"] = (go, tell) => {
      const before = onPage();
      const turn = go();
      if (turn !== null) {
        view.own([...turn.step.parts.keys()]);
        if (document.activeElement?.closest(BESIDE) == null) focus(turn, before);
      }
      say(tell(turn));
    };
    return { grid, perform, hasFocus: () => element.current?.contains(document.activeElement) ?? false };
  }, [grid, view, cursor, say]);
  useEffect(() => desk.enter(stage), [desk, stage]);
  return { stage, element };
}
