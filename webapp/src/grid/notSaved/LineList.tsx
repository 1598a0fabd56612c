import Box from "@mui/material/Box";
import TablePagination from "@mui/material/TablePagination";
import Typography from "@mui/material/Typography";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Replica } from "../../sync/replica.ts";
import { texts } from "../../texts.ts";
import { AskDialog, type Question } from "../AskDialog.tsx";
import { namesOf } from "../refused/waysOut.ts";
import { SPOKEN } from "../spoken.ts";
import { useNarrow } from "../useNarrow.ts";
import { BulkBar } from "./BulkBar.tsx";
import type { Kind, Line } from "./lines.ts";
import { LineCards } from "./LineCards.tsx";
import { LineTable } from "./LineTable.tsx";

const t = texts.notSaved;

/** More at once are slow to render, and nobody reads them. */
const PER_PAGE = 50;

/** What can be done with the lines on screen. */
export interface LineActions {
  readonly names: readonly [again: string, leave: string];
  readonly selected: ReadonlySet<string>;
  readonly select: (line: Line, on: boolean) => void;
  readonly again: (line: Line) => void;
  readonly leave: (line: Line) => void;
  readonly edit: (line: Line) => void;
  readonly reveal: (id: string) => void;
}

interface LineListProps {
  readonly replica: Replica;
  readonly kind: Kind;
  readonly lines: readonly Line[];
  readonly onEdit: (line: Line) => void;
  readonly onReveal: (id: string) => void;
}

/** Edits that were not taken for one reason: each is settled by itself, or many in one step. */
export function LineList({ replica, kind, lines, onEdit, onReveal }: LineListProps) {
  const narrow = useNarrow();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(0);
  const [question, setQuestion] = useState<Question | null>(null);
  const { list, goOn } = useGoOn();
  const last = Math.ceil(lines.length / PER_PAGE) - 1;
  const page = Math.min(asked, last);
  const shown = useMemo(() => lines.slice(page * PER_PAGE, (page + 1) * PER_PAGE), [lines, page]);
  const chosen = lines.filter(({ kept }) => selected.has(kept.mutationId));
  const names = namesOf(lines[0]!.kept.error);

  const again = (some: readonly Line[]) =>
    replica.retryAll(some.map(({ kept: { mutationId }, seen }) => ({ mutationId, seen })));
  const leave = (some: readonly Line[]) => replica.settleAll(some.map(({ kept }) => kept.mutationId));
  const ask = (name: string, some: readonly Line[], text: string, act: () => void) => {
    if (some.length === 1) return act();
    setQuestion({ title: t.ask(name, some.length), text, answer: t.askAnswer(name), color: "error", act });
  };
  const actions: LineActions = {
    names,
    selected,
    select: ({ kept }, on) =>
      setSelected((before) => {
        const after = new Set(before);
        if (on) after.add(kept.mutationId);
        else after.delete(kept.mutationId);
        return after;
      }),
    again: (line) => (goOn(line), again([line])),
    leave: (line) => (goOn(line), leave([line])),
    edit: onEdit,
    reveal: onReveal,
  };
  const Lines = narrow ? LineCards : LineTable;
  return (
    <>
      <Typography variant="body2" color="textSecondary" sx={{ px: { xs: 2, sm: 3 }, pt: 1.5 }}>
        {t.why[kind]}
      </Typography>
      <BulkBar
        lines={lines}
        chosen={chosen}
        names={names}
        onChoose={(on) => setSelected(new Set(on ? lines.map(({ kept }) => kept.mutationId) : []))}
        onAgain={(some) =>
          kind === "changed" ? ask(names[0], some, t.askDelete, () => again(some)) : again(some)
        }
        onLeave={(some) =>
          ask(names[1], some, kind === "conflict" ? t.askTheirs : t.askDiscard, () => leave(some))
        }
      />
      <Box ref={list} sx={scroller}>
        <Lines lines={shown} kind={kind} actions={actions} />
      </Box>
      {last > 0 && (
        <TablePagination
          component="div"
          role="navigation"
          aria-label={t.pages}
          count={lines.length}
          page={page}
          rowsPerPage={PER_PAGE}
          rowsPerPageOptions={[]}
          onPageChange={(_event, page) => setAsked(page)}
          sx={{ flexShrink: 0, borderTop: 1, borderColor: "divider" }}
        />
      )}
      <Box role="status" sx={SPOKEN}>
        {t.left(lines.length)}
      </Box>
      {question && <AskDialog question={question} onClose={() => setQuestion(null)} />}
    </>
  );
}

/** The line that takes the place of one that is settled gets the focus: one goes through the list by one key. */
function useGoOn() {
  const list = useRef<HTMLDivElement>(null);
  const from = useRef<{ readonly id: string; readonly at: number } | null>(null);
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-line]") ?? [])];
  const placeOf = (id: string) => rows().findIndex(({ dataset }) => dataset["line"] === id);
  useLayoutEffect(() => {
    if (from.current === null || placeOf(from.current.id) >= 0) return; // it is there still
    const next = rows().at(Math.min(from.current.at, rows().length - 1));
    next?.querySelector<HTMLElement>("[data-likeliest]")?.focus();
    from.current = null;
  });
  const goOn = ({ kept: { mutationId: id } }: Line) => void (from.current = { id, at: placeOf(id) });
  return { list, goOn };
}

const scroller = { flex: 1, minHeight: 0, overflow: "auto", px: { xs: 2, sm: 3 }, pb: 2 } as const;
