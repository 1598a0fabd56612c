import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Popper from "@mui/material/Popper";
import { VALUE_TYPES } from "../fields/types.ts";
import type { TextFieldProps } from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useGridApiContext, type GridRenderEditCellParams } from "@mui/x-data-grid";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
} from "react";
import type { FieldDescription } from "../protocol.ts";
import type { ColumnType } from "./columnType.ts";
import { Draft } from "./edits.ts";
import type { InputProps } from "./inputs.tsx";
import { usePane } from "./pane.ts";

interface CellEditorProps {
  readonly params: GridRenderEditCellParams;
  readonly field: FieldDescription;
  readonly type: ColumnType;
}

const IN_CELL: TextFieldProps = {
  variant: "standard",
  slotProps: { input: { disableUnderline: true, sx: { fontSize: "inherit" } } },
};

const IN_CELL_RIGHT: TextFieldProps = { ...IN_CELL, sx: { "& input": { textAlign: "right" } } };

/** What the cell showed when its editor opened, and the text that stands for it. */
function useOpening({ params, field, type }: CellEditorProps) {
  const { replica, edits } = usePane();
  const [opening] = useState(() => {
    const was = replica.get(String(params.id))?.fields[field.name] ?? null;
    const untouched = was === null ? "" : VALUE_TYPES[field.type].draft(was, field);
    // The grid empties the value when a key opened the editor: what is typed replaces what stood there.
    const replaced = params.value === "" && type.keeps !== true;
    const start = edits.opening(String(params.id), field.name) ?? (replaced ? "" : untouched);
    return { was, untouched, start };
  });
  return opening;
}

function useDraft(props: CellEditorProps) {
  const { params, field } = props;
  const { edits } = usePane();
  const api = useGridApiContext();
  const { was, untouched, start } = useOpening(props);
  const [text, setText] = useState(start);
  const { field: column } = params;
  const id = String(params.id);
  const setDraft = useCallback(
    (next: string) => {
      setText(next);
      edits.accept(id, field.name);
      void api.current.setEditCellValue({ id, field: column, value: new Draft(field, next, was, untouched) });
    },
    [api, edits, id, column, field, was, untouched],
  );
  useEffect(() => {
    if (start !== untouched) setDraft(start);
  }, [start, untouched, setDraft]);
  useEffect(() => () => edits.close(id, field.name), [edits, id, field.name]);
  return { text, setDraft };
}

/** The editor of one cell, whatever its type: an input in the cell or, for long texts, above it. */
export function CellEditor(props: CellEditorProps) {
  const { params, field, type } = props;
  const { edits } = usePane();
  const api = useGridApiContext();
  const { text, setDraft } = useDraft(props);
  const { id, field: column, hasFocus } = params;
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const problem = useSyncExternalStore(edits.subscribe, () => edits.problem(String(id), field.name));
  const stop = (reason: "escapeKeyDown" | "cellFocusOut") => {
    const now = api.current.getCellParams(id, column);
    api.current.publishEvent("cellEditStop", { ...now, reason } as never);
  };
  const input: InputProps = {
    field,
    draft: text,
    onDraft: setDraft,
    look: type.align === "right" ? IN_CELL_RIGHT : IN_CELL,
    menu: {
      onChosen: () => api.current.stopCellEditMode({ id, field: column }),
      onClosed: (how) => stop(how === "escape" ? "escapeKeyDown" : "cellFocusOut"),
      takeKey: () => edits.takeKey(String(id), field.name),
    },
  };
  return (
    <Box ref={setAnchor} className="tandem-editor">
      {type.tall ? (
        <Tall anchor={anchor} input={input} type={type} hasFocus={hasFocus} problem={problem} />
      ) : (
        <>
          <FocusedInput input={input} type={type} hasFocus={hasFocus} />
          <Popper
            open={problem !== null && anchor !== null}
            anchorEl={anchor}
            placement="bottom-start"
            sx={ABOVE}
          >
            <Problem text={problem} />
          </Popper>
        </>
      )}
    </Box>
  );
}

interface EditorInputProps {
  readonly input: InputProps;
  readonly type: ColumnType;
  readonly hasFocus: boolean;
}

/** Takes the focus before the key that opened the editor writes its character, and puts the cursor at the end. */
function FocusedInput({ input, type, hasFocus }: EditorInputProps) {
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (!hasFocus || ref.current === null) return;
    ref.current.focus({ preventScroll: true });
    if (!/^(text|textarea)$/.test(ref.current.type)) return;
    ref.current.setSelectionRange(ref.current.value.length, ref.current.value.length);
  }, [hasFocus]);
  return <type.Input {...input} inputRef={ref} />;
}

const ABOVE = { zIndex: "modal" };

function Problem({ text }: { readonly text: string | null }) {
  if (text === null) return null;
  return (
    <Paper role="alert" elevation={6} sx={{ px: 1.25, py: 0.75, maxWidth: 360, bgcolor: "error.main" }}>
      <Typography variant="body2" sx={{ color: "error.contrastText", overflowWrap: "anywhere" }}>
        {text}
      </Typography>
    </Paper>
  );
}

interface TallProps extends EditorInputProps {
  readonly anchor: HTMLElement | null;
  readonly problem: string | null;
}

/** Over the cell, wider and higher than it. */
function Tall({ anchor, problem, ...rest }: TallProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    if (event.shiftKey)
      event.stopPropagation(); // a new line, not the end of the edit
    else event.preventDefault(); // the end of the edit, not a new line: it may be rejected and stay open
  };
  const cover = [{ name: "offset", options: { offset: [-10, -(anchor?.clientHeight ?? 0)] } }];
  return (
    <Popper open={anchor !== null} anchorEl={anchor} placement="bottom-start" modifiers={cover} sx={ABOVE}>
      <Paper elevation={6} onKeyDown={onKeyDown} sx={{ width: 340, px: 1.25, py: 0.75, fontSize: 13 }}>
        <FocusedInput {...rest} />
        <Typography variant="caption" color="text.secondary" component="p">
          {rest.type.hint && `${rest.type.hint} · `}Enter saves · Shift+Enter starts a new line
        </Typography>
        <Problem text={problem} />
      </Paper>
    </Popper>
  );
}
