import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMemo, useRef, type RefObject } from "react";
import { useConnection } from "../../hooks/useConnection.ts";
import { useGridStatus, useRecord } from "../../hooks/useReplica.ts";
import { usePast } from "../../hooks/usePast.ts";
import { isUntaken, type RecordView } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { usePane, usePaneNow } from "../pane.ts";
import { ChangeItem } from "./ChangeItem.tsx";
import { PastList } from "./PastList.tsx";
import { RestoreValue, RestoreVersion, type Restoring } from "./Restore.tsx";
import { deedsOf, endOf } from "./telling.ts";
import { versionsOf } from "./versions.ts";

const t = texts.history;

interface RecordHistoryProps {
  readonly id: string;
  /** only what is said of this field; null: all of the record */
  readonly field: string | null;
  readonly onField: (field: string | null) => void;
  /** To the fields of the record. */
  readonly onFields: () => void;
}

const ONLY = { alignItems: "center", px: 2, py: 0.5, borderBottom: 1, borderColor: "divider" } as const;

/** Fields of a whole record that are shown at first. */
const MOST = 6;

/** What has happened to a record or to one of its fields; every version and every value of it can be had again. */
export function RecordHistory({ id, field, onField, onFields }: RecordHistoryProps) {
  const { replica } = usePane();
  const { fields } = usePaneNow();
  const record = useRecord(replica, id);
  const filter = { id, ...(field !== null && { field }) };
  const { past, ...now } = usePast(replica, filter);
  const revision = useGridStatus(replica, (status) => status.revision);
  const self = useConnection().connection.identity.user;
  const deeds = useMemo(() => deedsOf(now.changes), [now.changes]);
  const box = useRef<HTMLDivElement>(null);
  // Of one field only some changes have been read: what the others were cannot be told.
  const versions = field === null ? versionsOf(now.changes, replica.confirmed(id)) : new Map<number, null>();
  const restoring = useRestoring(id, record, box);
  return (
    <Box ref={box} tabIndex={-1} sx={{ flex: 1, minHeight: 0, overflowY: "auto", outline: "none" }}>
      {field !== null && (
        <Stack direction="row" sx={ONLY}>
          <Typography variant="body2" sx={{ flex: 1, fontWeight: 600 }}>
            {t.only(fields.find(({ name }) => name === field)?.label ?? field)}
          </Typography>
          <Button
            onClick={() => {
              onField(null);
              box.current?.focus();
            }}
          >
            {t.allOfRecord}
          </Button>
        </Stack>
      )}
      <Now record={record} onFields={onFields} />
      <PastList past={past} now={now} label={t.list} end={endOf(now, filter, revision)}>
        {now.changes.map((change, at) => (
          <ChangeItem
            key={change.revision}
            change={change}
            deed={deeds.get(change.revision)!}
            fields={fields}
            self={self}
            only={field === null ? undefined : [field]}
            most={change.kind === "update" ? Infinity : MOST}
            action={
              <RestoreVersion
                restoring={restoring}
                change={change}
                then={versions.get(change.revision)}
                newest={at === 0}
              />
            }
            renderBeside={(value) => <RestoreValue restoring={restoring} value={value} kind={change.kind} />}
          />
        ))}
      </PastList>
    </Box>
  );
}

/** What the page can do for a record, and where the focus goes when the button for it has gone. */
function useRestoring(
  id: string,
  record: RecordView | undefined,
  box: RefObject<HTMLDivElement | null>,
): Restoring {
  const { mayEdit, actions, fields } = usePaneNow();
  return {
    mayEdit,
    fields,
    record,
    onBack: (way, told) => {
      actions.turnBack(id, way, told);
      box.current?.focus();
    },
    onRestore: (last) => {
      actions.restoreAll([{ id, fields: last }]);
      box.current?.focus();
    },
  };
}

/** What of the record is not in its history, or not yet. */
function Now({
  record,
  onFields,
}: {
  readonly record: RecordView | undefined;
  readonly onFields: () => void;
}) {
  if (record === undefined || record.state === "saved" || isUntaken(record)) return null;
  if (record.state === "pending") {
    return (
      <Alert severity="info" square>
        {t.notConfirmed}
      </Alert>
    );
  }
  return (
    <Alert
      severity="warning"
      square
      action={
        <Button color="inherit" onClick={onFields}>
          {t.showFields}
        </Button>
      }
    >
      {t.notTaken}
    </Alert>
  );
}
