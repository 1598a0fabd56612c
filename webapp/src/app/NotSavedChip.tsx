import Button from "@mui/material/Button";
import { useCallback, useRef, useState } from "react";
import { AlertIcon } from "../grid/icons.tsx";
import { lazily } from "../grid/lazily.tsx";
import { useKept } from "../hooks/useKept.ts";
import { useReplicas } from "../hooks/useReplicas.ts";
import { texts } from "../texts.ts";
import { ForEars } from "./ForEars.tsx";

const say = texts.notSaved;

const NotSavedDialog = lazily(
  async () => (await import("../grid/notSaved/NotSavedDialog.tsx")).NotSavedDialog,
);

interface NotSavedChipProps {
  /** Shows a record, of a grid that may be in no pane. */
  readonly onReveal: (grid: string, id: string) => void;
  /** The last of it is settled: the focus goes on from here. */
  readonly onDone: () => void;
}

/** How many edits of any grid, in a pane or in none, wait for their user to decide; and the list of them. */
export function NotSavedChip({ onReveal, onDone }: NotSavedChipProps) {
  const replicas = useReplicas();
  const count = useKept(replicas).reduce((sum, [, count]) => sum + count, 0);
  const [listing, setListing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => {
    setListing(false);
    requestAnimationFrame(() => (opener.current === null ? onDone() : opener.current.focus()));
  }, [onDone]);
  const reveal = (grid: string, id: string) => {
    setListing(false);
    onReveal(grid, id);
  };
  return (
    <>
      {count > 0 && (
        <Button
          ref={opener}
          color="error"
          variant="contained"
          startIcon={<AlertIcon />}
          aria-haspopup="dialog"
          onClick={() => setListing(true)}
          sx={{ py: 0.25, flexShrink: 0 }}
        >
          {say.chip(count)}
        </Button>
      )}
      {listing && <NotSavedDialog replicas={replicas} onClose={close} onReveal={reveal} />}
      <ForEars>{count === 0 ? "" : say.spoken(count)}</ForEars>
    </>
  );
}
