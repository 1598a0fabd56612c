import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import { useState, type ReactNode } from "react";
import { useGridStatus } from "../hooks/useGrid.ts";
import type { Grid } from "../protocol.ts";
import { AddDialog } from "./AddDialog.tsx";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { AddIcon, AlertIcon, DeleteIcon } from "./icons.tsx";
import { NotSavedDialog } from "./NotSavedDialog.tsx";
import { usePane } from "./pane.ts";

interface ToolbarProps {
  readonly heading: ReactNode;
  readonly grid: Grid;
  /** ids of the records that are selected on the page */
  readonly selected: readonly string[];
  readonly onReveal: (id: string) => void;
  readonly onDeleted: () => void;
}

type Open = "add" | "delete" | "not saved" | null;

/** What can be done with the grid as a whole, or with what is selected of it. */
export function Toolbar({ heading, grid, selected, onReveal, onDeleted }: ToolbarProps) {
  const { replica } = usePane();
  const kept = useGridStatus(replica, (status) => status.kept.length);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const removeAll = () => {
    close();
    for (const id of selected) replica.remove(id);
    onDeleted();
  };
  return (
    <Stack direction="row" sx={bar}>
      {heading}
      <Stack direction="row" spacing={0.5} sx={{ ml: "auto" }}>
        {kept > 0 && (
          <Button color="error" onClick={() => setOpen("not saved")} startIcon={<AlertIcon />}>
            {kept} not saved
          </Button>
        )}
        <Button startIcon={<AddIcon />} onClick={() => setOpen("add")}>
          Add record
        </Button>
        <Button
          color="inherit"
          startIcon={<DeleteIcon />}
          disabled={selected.length === 0}
          onClick={() => (selected.length > 1 ? setOpen("delete") : removeAll())}
        >
          {selected.length > 1 ? `Delete ${selected.length} records` : "Delete record"}
        </Button>
      </Stack>
      {open === "add" && <AddDialog grid={grid} onClose={close} onAdded={onReveal} />}
      {open === "delete" && <DeleteDialog count={selected.length} onCancel={close} onDelete={removeAll} />}
      {open === "not saved" && <NotSavedDialog fields={grid.fields} onClose={close} onReveal={onReveal} />}
    </Stack>
  );
}

const bar = {
  alignItems: "center",
  flexWrap: "wrap",
  px: 1,
  py: 0.5,
  minHeight: 44,
  borderBottom: 1,
  borderColor: "divider",
};
