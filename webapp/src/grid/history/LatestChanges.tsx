import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import { useMemo, useState } from "react";
import { useConnection } from "../../hooks/useConnection.ts";
import { useGridStatus } from "../../hooks/useReplica.ts";
import { usePast } from "../../hooks/usePast.ts";
import { usePane, usePaneNow } from "../pane.ts";
import { texts } from "../../texts.ts";
import { ChangeItem } from "./ChangeItem.tsx";
import { changedNames } from "./changedNames.ts";
import { FieldSelect, PersonSelect, useAuthors } from "./filters.tsx";
import type { GridHistoryProps } from "./GridHistory.tsx";
import { PastList } from "./PastList.tsx";
import { RecordLink } from "./RecordLink.tsx";
import { deedsOf, endOf } from "./telling.ts";

/** Fields of a whole record that are shown at first. */
const MOST = 3;

/** What has been done in the grid, by anybody, the latest first. */
export function LatestChanges({ onGo }: GridHistoryProps) {
  const { replica } = usePane();
  const { fields } = usePaneNow();
  const [author, setAuthor] = useState<string | null>(null);
  const [field, setField] = useState<string | null>(null);
  const filter = { ...(author !== null && { author }), ...(field !== null && { field }) };
  const { past, ...now } = usePast(replica, filter);
  const authors = useAuthors(now.changes);
  const deeds = useMemo(() => deedsOf(now.changes), [now.changes]);
  const revision = useGridStatus(replica, (status) => status.revision);
  const self = useConnection().connection.identity.user;
  return (
    <>
      <Stack direction="row" spacing={1} sx={{ px: 2, pt: 1.75, pb: 1.25 }}>
        <PersonSelect authors={authors} self={self} value={author} onValue={setAuthor} />
        <FieldSelect fields={fields} value={field} onValue={setField} />
      </Stack>
      <Box sx={{ flex: 1, minHeight: 0, overflowY: "auto", borderTop: 1, borderColor: "divider" }}>
        <PastList past={past} now={now} label={texts.history.list} end={endOf(now, filter, revision)}>
          {now.changes.map((change) => {
            const names = changedNames(change.previous, change.fields, fields);
            return (
              <ChangeItem
                key={change.revision}
                change={change}
                deed={deeds.get(change.revision)!}
                fields={fields}
                self={self}
                most={change.kind === "update" ? 2 * MOST : MOST}
                only={field === null ? undefined : [field]}
                title={<RecordLink change={change} onGo={() => onGo(change.id, field ?? names[0] ?? null)} />}
              />
            );
          })}
        </PastList>
      </Box>
    </>
  );
}
