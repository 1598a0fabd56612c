import { useCallback, useMemo, useState } from "react";
import type { Fields, Grid } from "../protocol.ts";
import type { View } from "../query/view.ts";
import type { Gone } from "../sync/removals.ts";
import type { Replica } from "../sync/replica.ts";
import { texts } from "../texts.ts";
import type { WayBack } from "./history/versions.ts";
import type { Question } from "./AskDialog.tsx";
import type { Notice } from "./Notice.tsx";
import { heirOf, type Cursor } from "./useCursor.ts";

const t = texts.grid;

interface Tools {
  readonly replica: Replica;
  readonly grid: Grid;
  readonly view: View;
  readonly cursor: Cursor;
  readonly say: (text: string) => void;
  /** Opens a record beside the grid. */
  readonly open: (id: string) => void;
  /** a cell is no place to write in */
  readonly narrow: boolean;
}

export interface RecordActions {
  /** Makes a record with nothing but the defaults, where the cursor is; asks for the rest where a field needs more. */
  readonly add: () => void;
  /** Makes a record of these values, where the cursor is; its id. Throws `InvalidValue`. */
  readonly addWith: (fields: Fields) => string;
  /** a form for a new record is open */
  readonly adding: boolean;
  readonly closeForm: () => void;
  readonly duplicate: (ids: readonly string[]) => void;
  readonly remove: (ids: readonly string[]) => void;
  readonly restore: (id: string) => void;
  /** Brings back records of which only the history knows; one step. */
  readonly restoreAll: (gone: readonly Gone[]) => void;
  /** Gives a record values that it once had, and tells it so. */
  readonly turnBack: (id: string, way: WayBack, told: string) => void;
  readonly question: Question | null;
  readonly notice: Notice | null;
  readonly closeQuestion: () => void;
  readonly closeNotice: () => void;
}

/** What a new record begins with; the server would give it the same. */
const defaultsOf = ({ fields }: Grid): Fields =>
  Object.fromEntries(
    fields.flatMap((field) =>
      field.read_only || field.default === null ? [] : [[field.name, field.default] as const],
    ),
  );

/** Whether a record of this grid cannot be made without asking: a required field has no default. */
const needsForm = ({ fields }: Grid): boolean =>
  fields.some((field) => field.required && !field.read_only && field.default === null);

/** The values that a copy takes along. */
export const copyOf = ({ fields }: Grid, values: Fields): Fields =>
  Object.fromEntries(
    fields.flatMap(({ name, read_only }) =>
      read_only || values[name] === undefined ? [] : [[name, values[name]] as const],
    ),
  );

/** Adding, duplicating, deleting and bringing back, each one step, with the cursor where one goes on. */
export function useRecordActions({ replica, grid, view, cursor, say, open, narrow }: Tools): RecordActions {
  const [question, setQuestion] = useState<Question | null>(null);
  const [notice, setNotice] = useState<Notice | null>(null);
  const closeQuestion = useCallback(() => setQuestion(null), []);
  const closeNotice = useCallback(() => setNotice(null), []);
  const [adding, setAdding] = useState(false);
  const closeForm = useCallback(() => setAdding(false), []);
  const actions = useMemo(() => {
    const onPage = () => view.snapshot().rows.map(({ id }) => id);
    /** Right after what it tells. */
    const tell = (text: string) => {
      const step = replica.history.snapshot().undo;
      setNotice(step && { text, step });
      say(text);
    };
    const put = (id: string, after: string | null) => {
      const rows = onPage();
      // Behind the last row of a full page it would stand on the next one.
      const shown = after !== null && rows.indexOf(after) < view.snapshot().pageSize - 1;
      view.put(id, shown && rows.includes(after) ? after : null);
    };
    const addWith = (values: Fields) => {
      const id = replica.add(values);
      put(id, cursor.last()?.id ?? null);
      cursor.to(id, grid.fields.find(({ read_only }) => !read_only)?.name);
      return id;
    };
    const addNow = () => {
      const id = addWith(defaultsOf(grid));
      if (narrow) open(id);
    };
    const duplicateNow = (ids: readonly string[]) => {
      const sources = ids.flatMap((id) => replica.get(id) ?? []);
      const made = replica.addAll(sources.map(({ fields }) => copyOf(grid, fields)));
      made.forEach((id, index) => put(id, sources[index]?.id ?? null));
      cursor.to(made[0] ?? null);
      tell(t.duplicated(made.length));
    };
    const removeNow = (ids: readonly string[]) => {
      const heir = heirOf(onPage(), new Set(ids), cursor.last()?.id ?? null);
      replica.removeAll(ids);
      cursor.to(heir);
      view.own(ids);
      tell(t.deleted(ids.length));
    };
    /** With the number, where more is concerned than what one sees. */
    const asked = (
      ids: readonly string[],
      act: (ids: readonly string[]) => void,
      ask: Omit<Question, "act">,
    ) => {
      const rows = new Set(onPage());
      if (ids.every((id) => rows.has(id))) act(ids);
      else setQuestion({ ...ask, act: () => act(ids) });
    };
    return {
      add: () => (needsForm(grid) ? setAdding(true) : addNow()),
      addWith,
      duplicate: (ids: readonly string[]) =>
        asked(ids, duplicateNow, {
          title: t.askDuplicate(ids.length),
          text: `${t.beyondPage} ${t.everyoneSees}`,
          answer: t.duplicate(ids.length),
          color: "primary",
        }),
      remove: (ids: readonly string[]) =>
        asked(ids, removeNow, {
          title: t.askDelete(ids.length),
          text: `${t.beyondPage} ${t.everyoneSees}`,
          answer: t.delete(ids.length),
          color: "error",
        }),
      restore: (id: string) => {
        replica.restore(id);
        view.own([id]);
      },
      restoreAll: (gone: readonly Gone[]) => {
        replica.restoreAll(gone);
        view.own(gone.map(({ id }) => id));
        tell(texts.history.restored(gone.length));
      },
      turnBack: (id: string, { patch, was }: WayBack, told: string) => {
        replica.update(id, patch, was);
        view.own([id]);
        tell(told);
      },
    };
  }, [replica, grid, view, cursor, say, open, narrow]);
  return useMemo(
    () => ({ ...actions, adding, closeForm, question, notice, closeQuestion, closeNotice }),
    [actions, adding, closeForm, question, notice, closeQuestion, closeNotice],
  );
}
