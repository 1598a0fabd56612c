import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { Author, FieldDescription, Json } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import type { RefusedValue } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { reasonOf } from "../../fields/reason.ts";
import { ago } from "./ago.ts";
import { waysOut } from "./waysOut.ts";

interface RefusedContentProps {
  readonly replica: Replica;
  readonly id: string;
  readonly field: FieldDescription;
  readonly fields: readonly FieldDescription[];
  readonly refused: RefusedValue;
  /** where there is an input for it: not in a record that is gone */
  readonly onEditAgain?: () => void;
  /** before anything is done */
  readonly onDone?: () => void;
}

/** The value the user wanted, why it was not taken, and what can be done; the stored one shows in its place. */
export function RefusedContent({ replica, id, field, fields, refused, ...rest }: RefusedContentProps) {
  const { error, conflict, mutationId, value } = refused;
  const { again, leave } = waysOut(replica, { mutationId, recordId: id, error });
  const act = (go: () => void) => () => {
    rest.onDone?.();
    go();
  };
  const gone = error.code === "gone";
  return (
    <>
      <Typography variant="body2" color="error">
        {reasonOf(error, fields, field.name)}
      </Typography>
      <Typography variant="body2" component="div" sx={{ mt: 0.75, overflowWrap: "anywhere" }}>
        <Told name={texts.record.yours} value={value} field={field} />
        {conflict && <Told name={texts.record.theirs} value={conflict.value} field={field} />}
      </Typography>
      {conflict && <Who text={texts.record.changedBy} {...conflict} />}
      {gone && <Who text={texts.record.deletedBy} author={error.author ?? null} at={error.at ?? null} />}
      <Stack direction="row" sx={{ mt: 0.75, ml: -0.5, gap: 0.5, flexWrap: "wrap" }}>
        <Button onClick={act(again.go)}>{again.label}</Button>
        {rest.onEditAgain && <Button onClick={act(rest.onEditAgain)}>{texts.record.editAgain}</Button>}
        <Button color="inherit" onClick={act(leave.go)}>
          {leave.label}
        </Button>
      </Stack>
    </>
  );
}

interface ToldProps {
  readonly name: string;
  readonly value: Json;
  readonly field: FieldDescription;
}

export function Told({ name, value, field }: ToldProps) {
  const text = value === null ? texts.editors.empty : VALUE_TYPES[field.type].show(value, field);
  return (
    <div>
      {name} <strong>{text}</strong>
    </div>
  );
}

interface WhoProps {
  readonly text: (name: string) => string;
  readonly author: Author | null;
  readonly at: string | null;
}

/** Who was first, and how long ago; exactly when, for who points at it. */
export function Who({ text, author, at }: WhoProps) {
  if (author === null && at === null) return null; // history is pruned
  return (
    <Typography variant="caption" color="textSecondary" component="p">
      {text(author?.name || texts.record.somebody)}
      {at !== null && (
        <>
          {", "}
          <time dateTime={at} title={new Date(at).toLocaleString()}>
            {ago(at)}
          </time>
        </>
      )}
    </Typography>
  );
}
