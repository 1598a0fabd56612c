import Dialog from "@mui/material/Dialog";
import DialogTitle from "@mui/material/DialogTitle";
import IconButton from "@mui/material/IconButton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { useEffect, useId, useState } from "react";
import { useClient } from "../../hooks/client.ts";
import { useKept } from "../../hooks/useKept.ts";
import type { Replica } from "../../sync/replica.ts";
import { texts } from "../../texts.ts";
import { CloseIcon } from "../icons.tsx";
import { useNarrow } from "../useNarrow.ts";
import { EditAgain } from "./EditAgain.tsx";
import { GridLines } from "./GridLines.tsx";
import type { Kind, Line } from "./lines.ts";

const t = texts.notSaved;

interface NotSavedDialogProps {
  /** of one grid, or of all that this page knows */
  readonly replicas: readonly Replica[];
  readonly onClose: () => void;
  /** Closes it and shows a record. */
  readonly onReveal: (grid: string, id: string) => void;
}

/** Everything that was not taken, on whatever page its record stands, or on none; it closes with the last of it. */
export function NotSavedDialog({ replicas, onClose, onReveal }: NotSavedDialogProps) {
  const client = useClient();
  const kept = useKept(replicas);
  const id = useId();
  const narrow = useNarrow();
  const [grid, setGrid] = useState<string | null>(null);
  const [kind, setKind] = useState<Kind | null>(null);
  const [edited, setEdited] = useState<Line | null>(null);
  const current = (kept.find(([replica]) => replica.grid === grid) ?? kept[0])?.[0];
  const settled = current === undefined;
  useEffect(() => {
    if (settled && edited === null) onClose(); // there is nothing more to say
  }, [settled, edited, onClose]);
  const from = replicas.find((replica) => replica.grid === grid) ?? current;
  // In the place of the list, not over it.
  if (edited !== null && from !== undefined)
    return <EditAgain replica={from} line={edited} onClose={() => setEdited(null)} />;
  if (settled) return null;
  const titleOf = (replica: Replica): string =>
    replica.status().grid?.title ??
    client.lastGrids()?.find((each) => each.id === replica.grid)?.title ??
    replica.grid;
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      fullScreen={narrow}
      maxWidth="lg"
      disableRestoreFocus // its opener may be gone by then
      aria-labelledby={id}
    >
      <DialogTitle id={id} sx={{ pr: 7, pb: 1 }}>
        {t.title}
      </DialogTitle>
      <IconButton onClick={onClose} aria-label={texts.record.close} sx={closer}>
        <CloseIcon fontSize="small" />
      </IconButton>
      {kept.length > 1 && (
        <Tabs
          value={current.grid}
          onChange={(_event, grid: string) => setGrid(grid)}
          variant="scrollable"
          aria-label={t.grids}
          sx={{ px: { xs: 1, sm: 2 }, borderBottom: 1, borderColor: "divider", flexShrink: 0 }}
        >
          {kept.map(([replica, count]) => (
            <Tab key={replica.grid} value={replica.grid} label={t.tab(titleOf(replica), count)} />
          ))}
        </Tabs>
      )}
      <GridLines
        key={current.grid}
        replica={current}
        kind={kind}
        onKind={setKind}
        onEdit={(line) => {
          setGrid(current.grid);
          setEdited(line);
        }}
        onReveal={(record) => onReveal(current.grid, record)}
      />
    </Dialog>
  );
}

const closer = { position: "absolute", top: 12, right: 12 } as const;
