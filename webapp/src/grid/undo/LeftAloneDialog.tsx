import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { reasonOf } from "../../fields/reason.ts";
import { titleOf } from "../../fields/title.ts";
import { useClient } from "../../hooks/client.ts";
import type { LeftAlone } from "../../sync/step.ts";
import { texts } from "../../texts.ts";
import { Told, Who } from "../refused/RefusedContent.tsx";
import { useNarrow } from "../useNarrow.ts";

const t = texts.undo;

interface LeftAloneDialogProps {
  readonly text: string;
  readonly left: readonly LeftAlone[];
  readonly onClose: () => void;
}

/** More than that nobody reads one by one. */
const MOST_LISTED = 200;

/** What undo and redo have left alone, one by one, and why. */
export function LeftAloneDialog({ text, left, onClose }: LeftAloneDialogProps) {
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      fullScreen={useNarrow()}
      maxWidth="sm"
      aria-labelledby="left-alone"
    >
      <DialogTitle id="left-alone">{t.title}</DialogTitle>
      <DialogContent dividers>
        <Typography variant="body2" sx={{ mb: 2 }}>
          {text}. {t.why}
        </Typography>
        <Stack spacing={2} component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {left.slice(0, MOST_LISTED).map((each, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- the list only grows, and the same may stand in it twice
            <Item key={at} left={each} />
          ))}
        </Stack>
        {left.length > MOST_LISTED && <p>{t.more(left.length - MOST_LISTED)}</p>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {texts.record.close}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Which record and field, what stands there now, and who has put it there, when. */
function Item({ left }: { readonly left: LeftAlone }) {
  const { recordId, error, conflict } = left;
  const replica = useClient().replica(left.grid);
  const fields = replica.status().grid?.fields ?? [];
  const title = titleOf(replica.get(recordId)?.fields ?? {}, fields) ?? texts.grid.untitled;
  const field = fields.find(({ name }) => name === left.field);
  const { author = null, at = null } = error;
  return (
    <Stack component="li" spacing={0.5}>
      <Typography variant="subtitle2" component="h3" sx={{ overflowWrap: "anywhere" }}>
        {left.field === null ? title : t.place(field?.label ?? left.field, title)}
      </Typography>
      {conflict !== null && field !== undefined && (
        <Typography variant="body2" component="div" sx={{ overflowWrap: "anywhere" }}>
          <Told name={t.now} value={conflict.value} field={field} />
        </Typography>
      )}
      {conflict !== null ? (
        <Who text={texts.record.changedBy} {...conflict} />
      ) : (
        <>
          <Typography variant="body2">
            {reasonText(left, reasonOf(error, fields, left.field ?? undefined))}
          </Typography>
          <Who
            text={error.code === "gone" ? texts.record.deletedBy : texts.record.changedBy}
            author={author}
            at={at}
          />
        </>
      )}
    </Stack>
  );
}

function reasonText({ error }: LeftAlone, otherwise: string): string {
  if (error.code === "gone") return texts.record.deleted;
  return error.code === "changed" ? t.changed : otherwise;
}
