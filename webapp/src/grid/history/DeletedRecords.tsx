import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useRef, useState } from "react";
import { useConnection } from "../../hooks/useConnection.ts";
import { usePast } from "../../hooks/usePast.ts";
import type { HistoryEntry } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { usePane, usePaneNow } from "../pane.ts";
import { DeletedItem } from "./DeletedItem.tsx";
import { PersonSelect, useAuthors } from "./filters.tsx";
import type { GridHistoryProps } from "./GridHistory.tsx";
import { PastList } from "./PastList.tsx";
import { endOf } from "./telling.ts";
import { useFound } from "./useFound.ts";

const t = texts.history;

/** What was deleted from the grid: to be found by what it last held, and to be had again, one or many at once. */
export function DeletedRecords({ onGo }: GridHistoryProps) {
  const { replica } = usePane();
  const { mayEdit, fields, actions } = usePaneNow();
  const [author, setAuthor] = useState<string | null>(null);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filter = { deleted: true, ...(author !== null && { author }) };
  const { past, ...now } = usePast(replica, filter);
  const authors = useAuthors(now.changes);
  const self = useConnection().connection.identity.user;
  const found = useFound(past, now, search, fields);
  const list = useRef<HTMLDivElement>(null);
  const isGone = ({ id }: HistoryEntry) => replica.get(id)?.deleted !== false;
  const restore = (changes: readonly HistoryEntry[]) => {
    const gone = changes.filter(isGone);
    actions.restoreAll(gone.map(({ id, previous }) => ({ id, fields: previous ?? {} })));
    setChosen(new Set());
    list.current?.focus();
  };
  const turn = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const all = found.filter(isGone);
  const these = all.filter(({ id }) => chosen.has(id));
  return (
    <>
      <Stack direction="row" spacing={1} sx={{ px: 2, pt: 1.75, pb: 1.25 }}>
        <TextField
          type="search"
          label={t.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || search === "") return;
            event.stopPropagation(); // the panel stays
            setSearch("");
          }}
          slotProps={{ inputLabel: { shrink: true } }}
          sx={{ flex: 1.4 }}
        />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <PersonSelect authors={authors} self={self} value={author} onValue={setAuthor} />
        </Box>
      </Stack>
      {mayEdit && all.length > 1 && (
        <Stack direction="row" sx={BAR}>
          <Checkbox
            size="small"
            checked={these.length === all.length}
            indeterminate={these.length > 0 && these.length < all.length}
            onChange={(_event, checked) => setChosen(new Set(checked ? all.map(({ id }) => id) : []))}
            slotProps={{ input: { "aria-label": t.chooseAll(all.length) } }}
          />
          <Typography variant="body2" color="textSecondary" sx={{ flex: 1 }}>
            {these.length > 0 ? t.chosen(these.length) : t.chooseAll(all.length)}
          </Typography>
          {these.length > 0 && <Button onClick={() => restore(these)}>{t.restore(these.length)}</Button>}
        </Stack>
      )}
      <Box ref={list} tabIndex={-1} sx={LIST}>
        <PastList
          past={past}
          now={now}
          label={t.deletedList}
          end={endOfDeleted(found.length, now.changes.length, endOf(now, filter, 0))}
        >
          {found.map((change) => (
            <DeletedItem
              key={change.id}
              change={change}
              self={self}
              chosen={chosen.has(change.id)}
              onChosen={() => turn(change.id)}
              onRestore={() => restore([change])}
              onGo={() => onGo(change.id, null)}
            />
          ))}
        </PastList>
      </Box>
    </>
  );
}

function endOfDeleted(found: number, read: number, end: string): string {
  if (read === 0) return t.noneDeleted;
  return found === 0 ? t.noMatch : end;
}

const BAR = { alignItems: "center", px: 1, minHeight: 40, borderTop: 1, borderColor: "divider" } as const;
const LIST = {
  flex: 1,
  minHeight: 0,
  overflowY: "auto",
  borderTop: 1,
  borderColor: "divider",
  outline: "none",
} as const;
