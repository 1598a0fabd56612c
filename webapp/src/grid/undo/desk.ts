import { createContext, useContext } from "react";
import type { Grid } from "../../protocol.ts";
import type { History, Turn } from "../../sync/history.ts";
import type { Side, Step } from "../../sync/step.ts";
import { texts } from "../../texts.ts";
import { Voice } from "../news/voice.tsx";
import { nameOf, toldOf } from "./stepText.ts";

/** A pane, where what is undone is shown. */
export interface Stage {
  readonly grid: string;
  readonly hasFocus: () => boolean;
  /** Does `go`, with the cursor where it did something if that is on the page; and says what it was. */
  readonly perform: (go: () => Turn | null, tell: (turn: Turn | null) => string) => void;
}

/** Undo and redo for the whole page: its keys and buttons, and the pane in which each is shown. */
export class UndoDesk {
  /** what no pane can tell, because none shows that grid */
  readonly voice = new Voice();
  private readonly stages = new Set<Stage>();

  constructor(
    readonly history: History,
    private readonly gridOf: (grid: string) => Grid | null,
    private readonly mayEdit: (grid: string) => boolean,
  ) {}

  /** Returns the way out. */
  readonly enter = (stage: Stage): (() => void) => {
    this.stages.add(stage);
    return () => void this.stages.delete(stage);
  };

  /** What a step is called, here: `seenIn` is the grid beside it. */
  name(step: Step, seenIn: string | null): string {
    const grid = this.gridOf(step.grid);
    const name = nameOf(step, grid?.fields ?? []);
    return step.grid === seenIn ? name : texts.undo.inGrid(name, grid?.title ?? step.grid);
  }

  /** Back or forth by one step, or back by that one; shown in `stage`, or where it is best seen. */
  turn(to: Side, stage: Stage | null = this.focused(), step?: Step): void {
    const { history } = this;
    const now = history.snapshot();
    const next = step ?? (to === "before" ? now.undo : now.redo);
    if (next !== null && !this.mayEdit(next.grid)) return this.voice.say(texts.access.typed);
    const shows = next === null ? stage : this.stageFor(next.grid, stage);
    const go = (): Turn | null => (to === "before" ? history.undo(step) : history.redo());
    const tell = (turn: Turn | null): string =>
      turn === null ? texts.undo.nothing[to] : toldOf(turn, this.name(turn.step, shows?.grid ?? null));
    if (shows === null) this.voice.say(tell(go()));
    else shows.perform(go, tell);
  }

  private focused(): Stage | null {
    return [...this.stages].find((stage) => stage.hasFocus()) ?? null;
  }

  private stageFor(grid: string, asked: Stage | null): Stage | null {
    const shown = [...this.stages].filter((stage) => stage.grid === grid);
    return (
      shown.find((stage) => stage === asked) ?? shown.find((stage) => stage.hasFocus()) ?? shown[0] ?? null
    );
  }
}

export const UndoContext = createContext<UndoDesk | null>(null);

export function useUndoDesk(): UndoDesk {
  const desk = useContext(UndoContext);
  if (desk === null) throw new Error("useUndoDesk needs an UndoContext above it");
  return desk;
}
