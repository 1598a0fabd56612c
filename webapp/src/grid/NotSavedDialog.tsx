import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription, MutationType } from "../protocol.ts";
import { useGridStatus } from "../hooks/useGrid.ts";
import type { KeptMutation } from "../sync/types.ts";
import { usePane } from "./pane.ts";
import { reasonOf } from "../fields/reason.ts";

interface NotSavedDialogProps {
  readonly fields: readonly FieldDescription[];
  readonly onClose: () => void;
  readonly onReveal: (id: string) => void;
}

const WHAT: Record<MutationType, string> = {
  add_record: "New record",
  update_record: "Edit",
  delete_record: "Delete",
  restore_record: "Restore",
};

/** Everything of this grid that was not taken, on whatever page its record stands, or on none. */
export function NotSavedDialog({ fields, onClose, onReveal }: NotSavedDialogProps) {
  const { replica } = usePane();
  const { kept } = useGridStatus(replica, (status) => status);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="not-saved-title">
      <DialogTitle id="not-saved-title">
        {kept.length === 0 ? "Everything is settled" : "Not saved"}
      </DialogTitle>
      <DialogContent dividers>
        <Stack spacing={2} component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {kept.map((each) => (
            <Entry
              key={each.mutationId}
              kept={each}
              fields={fields}
              onReveal={() => {
                onClose();
                onReveal(each.recordId);
              }}
            />
          ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

interface EntryProps {
  readonly kept: KeptMutation;
  readonly fields: readonly FieldDescription[];
  readonly onReveal: () => void;
}

function Entry({ kept, fields, onReveal }: EntryProps) {
  const { replica } = usePane();
  const values = fields.flatMap((field) => {
    const value = kept.fields[field.name];
    if (value === undefined) return [];
    return [`${field.label}: ${value === null ? "(empty)" : VALUE_TYPES[field.type].show(value, field)}`];
  });
  const shown = replica.get(kept.recordId)?.deleted === false;
  return (
    <Stack component="li" spacing={0.25}>
      <Typography variant="body2" sx={{ overflowWrap: "anywhere" }}>
        <strong>{WHAT[kept.type]}</strong> {values.join(" · ")}
      </Typography>
      <Typography variant="body2" color="error">
        {reasonOf(kept.error, fields)}
      </Typography>
      <Stack direction="row" spacing={0.5} sx={{ ml: -0.5 }}>
        <Button onClick={() => replica.retry(kept.mutationId)}>Try again</Button>
        {shown && <Button onClick={onReveal}>Show record</Button>}
        <Button color="inherit" onClick={() => replica.settle(kept.mutationId)}>
          Discard
        </Button>
      </Stack>
    </Stack>
  );
}
