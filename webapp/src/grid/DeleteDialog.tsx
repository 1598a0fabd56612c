import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";

interface DeleteDialogProps {
  readonly count: number;
  readonly onCancel: () => void;
  readonly onDelete: () => void;
}

export function DeleteDialog({ count, onCancel, onDelete }: DeleteDialogProps) {
  return (
    <Dialog open onClose={onCancel} aria-labelledby="delete-title">
      <DialogTitle id="delete-title">Delete {count} records?</DialogTitle>
      <DialogContent>Everyone who looks at this grid will see them go.</DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onCancel} autoFocus>
          Cancel
        </Button>
        <Button color="error" variant="contained" onClick={onDelete}>
          Delete {count} records
        </Button>
      </DialogActions>
    </Dialog>
  );
}
