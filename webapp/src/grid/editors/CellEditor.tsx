import Box from "@mui/material/Box";
import type { TextFieldProps } from "@mui/material/TextField";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type ClipboardEvent } from "react";
import { partOf, sameParts, type Part } from "../../fields/parts.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import { Unreadable } from "../../fields/values.ts";
import { useRecord } from "../../hooks/useReplica.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { Rejection } from "./edits.ts";
import type { CellEditorProps, ColumnType } from "./columnType.ts";
import type { InputProps } from "./inputs.tsx";
import { Over, SaidBelow } from "./Over.tsx";
import { changedMeanwhile } from "./meanwhile.ts";
import { lazily } from "../lazily.tsx";
import { usePane } from "../pane.ts";
import { SPOKEN } from "../spoken.ts";
import { useCellEdit, type CellEdit } from "./useCellEdit.ts";

const StructuredDialog = lazily(async () => (await import("./StructuredDialog.tsx")).StructuredDialog);

const IN_CELL: TextFieldProps = {
  variant: "standard",
  slotProps: { input: { disableUnderline: true, sx: { fontSize: "inherit" } } },
};

const IN_CELL_RIGHT: TextFieldProps = { ...IN_CELL, sx: { "& input": { textAlign: "right" } } };

const stop = (event: ClipboardEvent) => event.stopPropagation(); // what is pasted here is not for the grid

/** The editor of one cell, whatever its type: in the cell, over it, or a dialog. */
export function CellEditor(props: CellEditorProps) {
  const { params, field, type } = props;
  const edit = useCellEdit(props);
  const note = useMeanwhile(props, edit.was);
  const [box, setBox] = useState<HTMLElement | null>(null);
  const cell = box?.closest<HTMLElement>("[role=gridcell]") ?? null;
  const input: InputProps = {
    field,
    draft: edit.text,
    onDraft: edit.write,
    look: { ...(type.align === "right" ? IN_CELL_RIGHT : IN_CELL), error: edit.problem !== null },
    inCell: { onEscape: edit.giveUp },
    onChosen: (by) => by === "pointer" && edit.end(),
  };
  const own = (
    <FocusedInput
      input={input}
      type={type}
      hasFocus={params.hasFocus}
      rejected={edit.rejected}
      onBack={edit.back}
    />
  );
  return (
    <Box
      ref={setBox}
      className="tandem-editor"
      onPaste={stop}
      onCopy={stop}
      onCut={stop}
      onKeyDown={edit.onKeyDown}
    >
      {type.editor === "cell" && (
        <>
          {own}
          <SaidBelow cell={cell} problem={edit.problem} note={note} />
        </>
      )}
      {type.editor === "over" && cell !== null && (
        <Over cell={cell} label={field.label} lines={type.lines === true} problem={edit.problem} note={note}>
          {own}
        </Over>
      )}
      {type.editor === "dialog" && <InDialog field={field} edit={edit} note={note} />}
      <Box component="span" role="status" sx={SPOKEN}>
        {note}
      </Box>
    </Box>
  );
}

/** What is shown changes behind an open editor, and never what stands in it: it is told beside it. */
function useMeanwhile({ params, field }: CellEditorProps, was: Json): string | null {
  const { replica } = usePane();
  const id = String(params.id);
  const record = useRecord(replica, id);
  return changedMeanwhile(was, record, field, replica.latest(id)?.get(field.name));
}

interface FocusedInputProps {
  readonly input: InputProps;
  readonly type: ColumnType;
  readonly hasFocus: boolean;
  readonly rejected: Rejection | null;
  /** The grid's focus is to be here again. */
  readonly onBack: () => void;
}

/** Takes the focus before the key that opened the editor writes its character, and puts the cursor at the end; over what was rejected. */
function FocusedInput({ input, type, hasFocus, rejected, onBack }: FocusedInputProps) {
  const ref = useRef<HTMLInputElement>(null);
  const take = useEffectEvent(() => {
    const own = ref.current;
    if (own === null) return;
    own.focus({ preventScroll: true });
    if (!/^(text|textarea)$/.test(own.type)) return;
    if (rejected !== null) own.select();
    else own.setSelectionRange(own.value.length, own.value.length);
  });
  useLayoutEffect(() => {
    if (hasFocus) take();
  }, [hasFocus]);
  // Whoever clicked elsewhere with a value that is not taken is brought back to it: to write over it, or to Escape.
  const bringBack = useEffectEvent(() => {
    if (ref.current === null || ref.current === document.activeElement) return;
    onBack();
    take();
  });
  useEffect(() => {
    if (rejected !== null) bringBack();
  }, [rejected]);
  return <type.Input {...input} inputRef={ref} />;
}

/** A value that was not taken may be a text that is no value at all. */
function startOf(text: string, field: FieldDescription): Part {
  try {
    return partOf(text === "" ? null : VALUE_TYPES[field.type].parse(text, field), field);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "json", text };
  }
}

interface InDialogProps {
  readonly field: FieldDescription;
  readonly edit: CellEdit;
  readonly note: string | null;
}

function InDialog({ field, edit, note }: InDialogProps) {
  const [start] = useState(() => startOf(edit.text, field));
  const save = (value: Json) => {
    const untouched = sameParts(partOf(value, field), partOf(edit.was, field));
    if (untouched) return edit.giveUp();
    edit.write(value === null ? "" : JSON.stringify(value));
    edit.end();
  };
  return (
    <>
      {edit.was !== null && VALUE_TYPES[field.type].show(edit.was, field)}
      <StructuredDialog
        field={field}
        start={start}
        problems={edit.told}
        rejected={edit.problem}
        note={note}
        onSave={save}
        onClose={edit.giveUp}
      />
    </>
  );
}
