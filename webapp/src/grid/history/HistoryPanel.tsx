import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useId, type KeyboardEvent } from "react";
import { texts } from "../../texts.ts";
import { CloseIcon } from "../icons.tsx";
import { GridHistory } from "./GridHistory.tsx";
import { usePaneNow } from "../pane.ts";
import { SidePanel, useFocusMoves } from "../SidePanel.tsx";

interface HistoryPanelProps {
  /** of the grid */
  readonly title: string;
  /** Goes to a record: to its row, where it is among the pane's. */
  readonly onGo: (id: string, field: string | null) => void;
  readonly onClose: () => void;
}

/** What has been done in the grid, and what was deleted from it, beside the grid. */
export function HistoryPanel({ title, onGo, onClose }: HistoryPanelProps) {
  const { narrow } = usePaneNow();
  const titleId = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || narrow) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <SidePanel titleId={titleId} narrow={narrow} onClose={onClose} onKeyDown={onKeyDown}>
      <PanelHead title={title} titleId={titleId} onClose={onClose} />
      <GridHistory onGo={onGo} />
    </SidePanel>
  );
}

interface PanelHeadProps {
  readonly title: string;
  readonly titleId: string;
  readonly onClose: () => void;
}

/** Of its own, for it mounts only with what a small screen shows it in: the focus can move to it then. */
function PanelHead({ title, titleId, onClose }: PanelHeadProps) {
  const heading = useFocusMoves();
  return (
    <Stack direction="row" sx={{ px: 2, py: 1, alignItems: "center", gap: 1 }}>
      <Typography ref={heading} id={titleId} tabIndex={-1} variant="h6" component="h2" noWrap sx={TITLE}>
        {texts.history.of(title)}
      </Typography>
      <Tooltip title={`${texts.record.close} (${KEYS})`}>
        <IconButton aria-label={texts.record.close} aria-keyshortcuts={KEYS} edge="end" onClick={onClose}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Tooltip>
    </Stack>
  );
}

const KEYS = "Escape";
const TITLE = { flex: 1, minWidth: 0, fontSize: 17, outline: "none" };
