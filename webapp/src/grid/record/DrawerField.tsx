import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useId, useRef, useSyncExternalStore, type FocusEvent, type KeyboardEvent } from "react";
import { partOf, NO_PROBLEMS } from "../../fields/parts.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import type { News, RecordView } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { usePaneNow } from "../pane.ts";
import { AwayNote } from "../away/AwayNote.tsx";
import { changedMeanwhile } from "../editors/meanwhile.ts";
import { PartInput } from "../editors/PartInput.tsx";
import type { FieldEdit, RecordEdits } from "./recordEdits.ts";
import { RefusedContent } from "../refused/RefusedContent.tsx";

interface DrawerFieldProps {
  readonly replica: Replica;
  readonly edits: RecordEdits;
  readonly record: RecordView;
  readonly field: FieldDescription;
  readonly fields: readonly FieldDescription[];
}

const textOf = (value: Json, field: FieldDescription): string =>
  value === null ? "" : VALUE_TYPES[field.type].show(value, field);

/** One field of the record: its input, and below it what there is to say about its value. */
export function DrawerField(props: DrawerFieldProps) {
  const { replica, edits, record, field, fields } = props;
  const refused = record.refused[field.name];
  const box = useRef<HTMLDivElement>(null);
  const editAgain = () => {
    if (refused === undefined) return;
    edits.again(record.id, field, refused);
    box.current?.querySelector<HTMLElement>("input, textarea")?.focus();
  };
  return (
    <Box
      ref={box}
      data-record-field={field.name}
      data-state={record.pending.has(field.name) ? "pending" : undefined}
    >
      {field.read_only ? <ReadOnly {...props} /> : <Editable {...props} />}
      <AwayNote id={record.id} field={field} />
      {refused && (
        <Box role="group" aria-label={texts.record.notSavedField(field.label)} sx={REFUSED}>
          <RefusedContent
            replica={replica}
            field={field}
            fields={fields}
            refused={refused}
            {...(!record.deleted && { onEditAgain: editAgain })}
          />
        </Box>
      )}
    </Box>
  );
}

const REFUSED = { mt: 0.5, mb: 1.5, px: 1.25, py: 0.75, borderLeft: 3, borderColor: "error.main" };

/** Told with the label, in any type: what is only read needs no input. */
function ReadOnly({ record, field }: DrawerFieldProps) {
  const id = useId();
  const { mayEdit } = usePaneNow(); // else all of them are, which is said once
  return (
    <TextField
      id={id}
      label={field.label}
      value={textOf(record.fields[field.name] ?? null, field)}
      multiline
      helperText={mayEdit ? texts.record.readOnly : ROOM}
      slotProps={{ input: { readOnly: true, sx: { bgcolor: "action.hover" } }, inputLabel: { shrink: true } }}
    />
  );
}

function Editable({ replica, edits, record, field }: DrawerFieldProps) {
  const { id } = record;
  const edit = useSyncExternalStore(edits.subscribe, () => edits.get(id, field));
  const value = record.fields[field.name] ?? null;
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (currentTarget.contains(relatedTarget)) return;
    edits.commit(id, field);
    replica.presence.set({ id, field: field.name }, false);
  };
  const onFocus = () => {
    edits.begin(id, field);
    replica.presence.set({ id, field: field.name }, true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && edits.changed(id, field)) {
      event.stopPropagation(); // the drawer stays
      edits.drop(id, field); // what is written next starts from what is shown then
    }
    if (event.key !== "Enter" || (takesEnter(event.target) && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    edits.commit(id, field);
  };
  return (
    <Box onFocus={onFocus} onBlur={onBlur} onKeyDown={onKeyDown}>
      <PartInput
        field={field}
        part={edit?.part ?? partOf(value, field)}
        problems={edit?.problems ?? NO_PROBLEMS}
        note={noteOf(edit, record, field, replica.latest(id)?.get(field.name))}
        disabled={record.deleted}
        onPart={(part, path) => edits.write(id, field, part, path)}
        onChosen={() => edits.commit(id, field)}
      />
    </Box>
  );
}

/** A new line, or a press. */
const takesEnter = (target: EventTarget): boolean =>
  target instanceof HTMLTextAreaElement || target instanceof HTMLButtonElement;

/** An empty line: what is below must not move from under the pointer when a field is left and something is said of it. */
const ROOM = " ";

/** Somebody else's value for a field that is being written in; or that one's own is still on its way. */
function noteOf(
  edit: FieldEdit | undefined,
  record: RecordView,
  field: FieldDescription,
  news: News | undefined,
): string {
  const changed = edit === undefined ? null : changedMeanwhile(edit.was, record, field, news);
  if (changed !== null) return changed;
  return record.pending.has(field.name) ? texts.record.pending : ROOM;
}
