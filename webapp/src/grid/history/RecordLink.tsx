import Link from "@mui/material/Link";
import { useRecord } from "../../hooks/useReplica.ts";
import type { HistoryEntry } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { usePane, usePaneNow } from "../pane.ts";
import { recordTitle } from "./telling.ts";

interface RecordLinkProps {
  readonly change: HistoryEntry;
  readonly onGo: () => void;
}

/** Which record a change is about, and the way to it. */
export function RecordLink({ change, onGo }: RecordLinkProps) {
  const { replica } = usePane();
  const { fields } = usePaneNow();
  const record = useRecord(replica, change.id);
  const title = recordTitle(change, record, fields) ?? texts.grid.untitled;
  return (
    <Link component="button" variant="body2" title={texts.history.goTo(title)} onClick={onGo} sx={LINK}>
      {title}
    </Link>
  );
}

const LINK = {
  display: "block",
  maxWidth: "100%",
  mb: 0.5,
  fontWeight: 500,
  textAlign: "start",
  overflowWrap: "anywhere",
} as const;
