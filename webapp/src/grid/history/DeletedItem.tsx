import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Typography from "@mui/material/Typography";
import { useRecord } from "../../hooks/useReplica.ts";
import type { HistoryEntry } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { usePane, usePaneNow } from "../pane.ts";
import { ChangeItem } from "./ChangeItem.tsx";
import { RecordLink } from "./RecordLink.tsx";
import { recordTitle } from "./telling.ts";

const t = texts.history;

/** Last values that are shown at first. */
const MOST = 3;

interface DeletedItemProps {
  readonly change: HistoryEntry;
  readonly self: string;
  readonly chosen: boolean;
  readonly onChosen: () => void;
  readonly onRestore: () => void;
  readonly onGo: () => void;
}

/** A record that was deleted: by whom, when and with what in it; and whether it is there again. */
export function DeletedItem({ change, self, chosen, onChosen, onRestore, onGo }: DeletedItemProps) {
  const { replica } = usePane();
  const { mayEdit, fields } = usePaneNow();
  const record = useRecord(replica, change.id);
  const title = recordTitle(change, record, fields) ?? texts.grid.untitled;
  const isLive = record?.deleted === false;
  const action = isLive ? (
    <Typography variant="caption" sx={{ color: "success.main", flexShrink: 0, fontWeight: 600 }}>
      {t.live}
    </Typography>
  ) : (
    mayEdit && (
      <Button
        aria-label={t.restoreThis(title)}
        onClick={onRestore}
        sx={{ py: 0, flexShrink: 0, fontSize: 12 }}
      >
        {texts.record.restore}
      </Button>
    )
  );
  return (
    <ChangeItem
      change={change}
      deed="delete"
      fields={fields}
      self={self}
      most={MOST}
      action={action}
      title={
        <Box sx={{ display: "flex", alignItems: "flex-start" }}>
          {mayEdit && !isLive && (
            <Checkbox
              size="small"
              checked={chosen}
              onChange={onChosen}
              slotProps={{ input: { "aria-label": t.choose(title) } }}
              sx={{ p: 0.25, ml: -0.25, mr: 0.75, mt: -0.25 }}
            />
          )}
          <RecordLink change={change} onGo={onGo} />
        </Box>
      }
    />
  );
}
