import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useEffect, useState } from "react";
import { serverProblems } from "../fields/parts.ts";
import { reasonOf } from "../fields/reason.ts";
import { useGridStatus } from "../hooks/useGrid.ts";
import type { FieldDescription, Grid } from "../protocol.ts";
import type { KeptMutation } from "../sync/types.ts";
import { texts } from "../texts.ts";
import { usePane } from "./pane.ts";
import { RecordForm } from "./record/RecordForm.tsx";
import { Told, Ways, Who } from "./refused/RefusedContent.tsx";
import { useNarrow } from "./useNarrow.ts";
import { tryAgain, waysOut, WHAT } from "./refused/waysOut.ts";

interface NotSavedDialogProps {
  readonly fields: readonly FieldDescription[];
  readonly onClose: () => void;
  readonly onReveal: (id: string) => void;
}

/** Everything of this grid that was not taken, on whatever page its record stands, or on none. */
export function NotSavedDialog({ fields, onClose, onReveal }: NotSavedDialogProps) {
  const { replica } = usePane();
  const kept = useGridStatus(replica, (status) => status.kept);
  const grid = useGridStatus(replica, (status) => status.grid);
  const [edited, setEdited] = useState<KeptMutation | null>(null);
  const narrow = useNarrow();
  const settled = kept.length === 0;
  useEffect(() => {
    if (settled && edited === null) onClose(); // there is nothing more to say
  }, [settled, edited, onClose]);
  // In the place of the list, not over it.
  if (edited !== null && grid !== null)
    return <EditAgain kept={edited} grid={grid} onClose={() => setEdited(null)} />;
  if (settled) return null;
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      fullScreen={narrow}
      maxWidth="sm"
      disableRestoreFocus // its opener may be gone by then
      aria-labelledby="not-saved-title"
    >
      <DialogTitle id="not-saved-title">{texts.record.notSaved}</DialogTitle>
      <DialogContent dividers>
        <Stack spacing={2.5} component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {kept.map((each) => (
            <Entry
              key={each.mutationId}
              kept={each}
              fields={fields}
              onEdit={() => setEdited(each)}
              onReveal={() => {
                onClose();
                onReveal(each.recordId);
              }}
            />
          ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{texts.record.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

interface EditAgainProps {
  readonly kept: KeptMutation;
  readonly grid: Grid;
  readonly onClose: () => void;
}

/** The form of what was not taken: all fields of a new record, those that an edit changed of another. */
function EditAgain({ kept, grid, onClose }: EditAgainProps) {
  const { replica } = usePane();
  const adds = kept.type === "add_record";
  const fields = grid.fields.filter(({ name }) => adds || name in kept.fields);
  return (
    <RecordForm
      grid={{ ...grid, fields }}
      initial={kept.fields}
      problems={serverProblems(kept.error)}
      title={adds ? texts.record.addTo(grid.title) : texts.record.editAgain}
      submit={adds ? undefined : texts.editors.save}
      onClose={onClose}
      onSubmit={(patch) => tryAgain(replica, kept, patch)}
    />
  );
}

interface EntryProps {
  readonly kept: KeptMutation;
  readonly fields: readonly FieldDescription[];
  readonly onEdit: () => void;
  readonly onReveal: () => void;
}

function Entry({ kept, fields, onEdit, onReveal }: EntryProps) {
  const { replica } = usePane();
  const { again, leave } = waysOut(replica, kept);
  const { error, conflicts } = kept;
  const [first] = Object.values(conflicts);
  const hasFields = Object.keys(kept.fields).length > 0;
  const edit = hasFields ? { label: texts.record.editAgain, go: onEdit } : undefined;
  const shown = replica.get(kept.recordId)?.deleted === false;
  return (
    <Stack component="li" spacing={0.5}>
      <Typography variant="subtitle2" component="h3">
        {WHAT[kept.type]}
      </Typography>
      <Typography variant="body2" color="error">
        {reasonOf(error, fields)}
      </Typography>
      <Typography variant="body2" component="div" sx={{ overflowWrap: "anywhere" }}>
        {fields.map((field) => {
          const value = kept.fields[field.name];
          if (value === undefined) return null;
          const theirs = conflicts[field.name];
          return (
            <div key={field.name}>
              <Told name={`${field.label}:`} value={value} field={field} />
              {theirs && <Told name={texts.record.theirs} value={theirs.value} field={field} />}
            </div>
          );
        })}
      </Typography>
      {first && <Who text={texts.record.changedBy} {...first} />}
      {error.code === "gone" && (
        <Who text={texts.record.deletedBy} author={error.author ?? null} at={error.at ?? null} />
      )}
      <Ways error={error} again={again} edit={edit} leave={leave}>
        {shown && <Button onClick={onReveal}>{texts.record.showRecord}</Button>}
      </Ways>
    </Stack>
  );
}
