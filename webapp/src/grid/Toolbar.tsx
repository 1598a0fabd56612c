import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Tooltip from "@mui/material/Tooltip";
import { useCallback, useMemo, useRef, useState, type ReactNode, type Ref } from "react";
import { useGridStatus } from "../hooks/useReplica.ts";
import { texts } from "../texts.ts";
import { AwayChip } from "./away/AwayChip.tsx";
import { Count } from "./Count.tsx";
import { AddIcon, AlertIcon } from "./icons.tsx";
import { lazily } from "./lazily.tsx";
import { usePane, usePaneNow } from "./pane.ts";
import { shownFields } from "./panels/viewEdits.ts";
import { HistoryIcon } from "./rowIcons.tsx";
import { UndoButtons } from "./undo/UndoButtons.tsx";
import { ViewOnly } from "./ViewOnly.tsx";
import { ViewBar, type ViewBarHandle } from "./panels/ViewBar.tsx";

const t = texts.grid;

const NotSavedDialog = lazily(async () => (await import("./notSaved/NotSavedDialog.tsx")).NotSavedDialog);

const row = {
  alignItems: "center",
  flexWrap: "wrap",
  columnGap: 1,
  rowGap: 0.5,
  px: 1,
  py: 0.5,
  minHeight: 44,
  borderBottom: 1,
  borderColor: "divider",
};

/** On a small screen: what the grid is and what can be made, and below it what is shown of it. */
const twoRows = { ...row, "& > [role='toolbar']": { flexBasis: "100%" } };

interface ToolbarProps {
  readonly heading: ReactNode;
  readonly bar: Ref<ViewBarHandle>;
  readonly onReveal: (id: string) => void;
  /** Goes to a cell, or opens its record where it is not shown. */
  readonly onGo: (id: string, field: string | undefined) => void;
  readonly say: (text: string) => void;
  /** the history lies beside the grid */
  readonly history: boolean;
  readonly onHistory: () => void;
}

/** What can be done with the grid as a whole. */
export function Toolbar(props: ToolbarProps) {
  const { heading, bar, onReveal, onGo, say, history, onHistory } = props;
  const { replica, cursor } = usePane();
  const { mayEdit, fields, state, onState, narrow, actions } = usePaneNow();
  const kept = useGridStatus(replica, (status) => status.kept.length);
  const [listing, setListing] = useState(false);
  const replicas = useMemo(() => [replica], [replica]);
  const opener = useRef<HTMLButtonElement>(null);
  const toGrid = useCallback(
    () => cursor.to(cursor.last()?.id ?? null, cursor.last()?.field ?? fields[0]?.name),
    [cursor, fields],
  );
  // Back to where it was opened; to the grid, where the last entry is settled and its button gone.
  const closeList = useCallback(() => {
    setListing(false);
    requestAnimationFrame(() => {
      if (opener.current !== null) opener.current.focus();
      else toGrid();
    });
  }, [toGrid]);
  const reveal = (_grid: string, id: string) => {
    setListing(false);
    onReveal(id);
  };
  const view = (
    <ViewBar
      key="view"
      ref={bar}
      fields={fields}
      state={state}
      onState={onState}
      narrow={narrow}
      onDown={() => cursor.to(null, shownFields(fields, state.hidden)[0]?.name)}
    />
  );
  const undo = (
    <Stack key="undo" direction="row">
      {mayEdit && <UndoButtons />}
      <Tooltip title={texts.history.open}>
        <IconButton
          aria-label={texts.history.open}
          aria-haspopup="dialog"
          aria-expanded={history}
          color={history ? "primary" : "default"}
          onClick={onHistory}
        >
          <HistoryIcon fontSize="small" />
        </IconButton>
      </Tooltip>
    </Stack>
  );
  const records = (
    <Stack key="records" direction="row" spacing={0.5} sx={{ alignItems: "center", ml: "auto" }}>
      {kept > 0 && (
        <Button ref={opener} color="error" onClick={() => setListing(true)} startIcon={<AlertIcon />}>
          {t.notSaved(kept)}
        </Button>
      )}
      {mayEdit ? (
        <Button startIcon={<AddIcon />} onClick={actions.add}>
          {t.add}
        </Button>
      ) : (
        <ViewOnly />
      )}
    </Stack>
  );
  return (
    <Stack direction="row" sx={narrow ? twoRows : row}>
      {heading}
      <Count />
      <AwayChip say={say} onGo={onGo} onDone={toGrid} />
      {narrow ? [records, view, undo] : [view, undo, records]}
      {listing && <NotSavedDialog replicas={replicas} onClose={closeList} onReveal={reveal} />}
    </Stack>
  );
}
