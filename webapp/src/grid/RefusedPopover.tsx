import Button from "@mui/material/Button";
import Popover from "@mui/material/Popover";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { VALUE_TYPES } from "../fields/types.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import { useRecord } from "../hooks/useGrid.ts";
import { usePane } from "./pane.ts";
import { reasonOf } from "../fields/reason.ts";

/** A cell whose value was not taken, and where to tell of it. */
export interface Refusal {
  readonly anchor: HTMLElement;
  readonly id: string;
  readonly field: string;
}

interface RefusedPopoverProps {
  readonly refusal: Refusal | null;
  readonly fields: readonly FieldDescription[];
  readonly onClose: () => void;
  readonly onEdit: (id: string, field: FieldDescription, text: string) => void;
}

/** The value the user wanted, why it was not taken, and what can be done; the stored one shows in the cell. */
export function RefusedPopover({ refusal, ...rest }: RefusedPopoverProps) {
  const field = rest.fields.find(({ name }) => name === refusal?.field);
  if (refusal === null || field === undefined) return null;
  return <OpenPopover refusal={refusal} field={field} {...rest} />;
}

type OpenProps = Omit<RefusedPopoverProps, "refusal"> & {
  readonly refusal: Refusal;
  readonly field: FieldDescription;
};

function OpenPopover({ refusal, field, fields, onClose, onEdit }: OpenProps) {
  const { replica } = usePane();
  const refused = useRecord(replica, refusal.id)?.refused[field.name];
  if (refused === undefined) return null;
  const type = VALUE_TYPES[field.type];
  const text = (value: Json) => (value === null ? "(empty)" : type.show(value, field));
  const act = (fn: () => void) => () => {
    onClose();
    fn();
  };
  const editAgain = () =>
    onEdit(refusal.id, field, refused.value === null ? "" : type.draft(refused.value, field));
  return (
    <Popover
      open
      anchorEl={refusal.anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: "bottom", horizontal: "left" }}
      slotProps={{
        paper: {
          role: "dialog",
          "aria-label": `${field.label} was not saved`,
          sx: { p: 1.5, maxWidth: 340 },
        },
      }}
    >
      <Typography variant="subtitle2">{field.label} was not saved</Typography>
      <Typography variant="body2" color="error">
        {reasonOf(refused.error, fields, field.name)}
      </Typography>
      <Typography variant="body2" sx={{ mt: 1, overflowWrap: "anywhere" }}>
        Yours: <strong>{text(refused.value)}</strong>
        {refused.conflict && (
          <>
            <br />
            Stored{refused.conflict.author && ` by ${refused.conflict.author.name}`}:{" "}
            <strong>{text(refused.conflict.value)}</strong>
          </>
        )}
      </Typography>
      <Stack direction="row" spacing={0.5} sx={{ mt: 1, ml: -0.5 }}>
        <Button onClick={act(() => replica.retry(refused.mutationId))}>Try again</Button>
        <Button onClick={act(editAgain)}>Edit again</Button>
        <Button color="inherit" onClick={act(() => replica.settle(refused.mutationId))}>
          Discard
        </Button>
      </Stack>
    </Popover>
  );
}
