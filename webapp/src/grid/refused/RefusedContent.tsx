import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { Author, FieldDescription, Json, WireError } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import type { RefusedValue } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { reasonOf } from "../../fields/reason.ts";
import { ago } from "./ago.ts";
import { wantsEdit, waysOut, type Way } from "./waysOut.ts";

interface RefusedContentProps {
  readonly replica: Replica;
  readonly field: FieldDescription;
  readonly fields: readonly FieldDescription[];
  readonly refused: RefusedValue;
  /** where there is an input for it: not in a record that is gone */
  readonly onEditAgain?: () => void;
  /** before anything is done */
  readonly onDone?: () => void;
}

/** The value the user wanted, why it was not taken, and what can be done; the stored one shows in its place. */
export function RefusedContent({ replica, field, fields, refused, ...rest }: RefusedContentProps) {
  const { error, conflict, mutationId, value } = refused;
  const { again, leave } = waysOut(replica, { mutationId, error });
  const act = ({ label, go }: Way): Way => ({
    label,
    go: () => {
      rest.onDone?.();
      go();
    },
  });
  const edit = rest.onEditAgain && act({ label: texts.record.editAgain, go: rest.onEditAgain });
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
      <Ways error={error} again={act(again)} edit={edit} leave={act(leave)} />
    </>
  );
}

interface WaysProps {
  readonly error: WireError;
  readonly again: Way;
  /** where there is an input for it */
  readonly edit: Way | undefined;
  readonly leave: Way;
  /** what else can be done */
  readonly children?: ReactNode;
}

/** The likeliest first. */
export function Ways({ error, again, edit, leave, children }: WaysProps) {
  const ways = wantsEdit(error) ? [edit, again] : [again, edit];
  return (
    <Stack direction="row" sx={{ mt: 0.75, ml: -0.5, gap: 0.5, flexWrap: "wrap" }}>
      {ways.map(
        (way) =>
          way && (
            <Button key={way.label} onClick={way.go}>
              {way.label}
            </Button>
          ),
      )}
      {children}
      <Button color="inherit" onClick={leave.go}>
        {leave.label}
      </Button>
    </Stack>
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
