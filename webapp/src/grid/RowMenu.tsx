import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import { useState, type MouseEvent } from "react";
import { texts } from "../texts.ts";
import { DeleteIcon } from "./icons.tsx";
import { OPEN } from "./OpenCell.tsx";
import { DuplicateIcon, HistoryIcon, OpenIcon, RestoreIcon } from "./rowIcons.tsx";
import { usePane, usePaneNow } from "./pane.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordActions } from "./useRecordActions.ts";
import { fieldOf, HISTORY_KEYS } from "./useGridKeys.ts";
import { rowIdOf } from "./useStableView.ts";

const t = texts.grid;
const past = texts.history;

/** Where it was asked for: the pointer, or the cell when it was a key. */
interface Asked {
  readonly id: string;
  /** of the cell; null where it is none of a field */
  readonly field: string | null;
  readonly top: number;
  readonly left: number;
}

/** Of the row under the pointer or the cursor; none over a link or in an editor, where the browser's own helps. */
function askedBy(event: MouseEvent): Asked | null {
  const id = rowIdOf(event.target);
  const target = event.target as Element;
  if (id === null || target.closest("a, input, textarea, .MuiDataGrid-cell--editing") !== null) return null;
  const field = fieldOf(target.closest<HTMLElement>("[data-field]")?.dataset["field"] ?? OPEN);
  if (event.clientX !== 0 || event.clientY !== 0)
    return { id, field, top: event.clientY, left: event.clientX };
  const { bottom, left } = target.getBoundingClientRect();
  return { id, field, top: bottom, left };
}

/** A right click, a long press or the menu key on a row; on one of several that are ticked, for all of them. */
export function useRowMenu() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const onContextMenu = (event: MouseEvent) => {
    const next = askedBy(event);
    if (next === null) return;
    event.preventDefault();
    setAsked(next);
  };
  return { onContextMenu, menu: asked && <RowMenu asked={asked} onClose={() => setAsked(null)} /> };
}

interface RowMenuProps {
  readonly asked: Asked;
  readonly onClose: () => void;
}

function RowMenu({ asked, onClose }: RowMenuProps) {
  const { replica, open, openHistory } = usePane();
  const { mayEdit, fields, selection, actions } = usePaneNow();
  const ids = selection.ids.has(asked.id) ? [...selection.ids] : [asked.id];
  const field = fields.find(({ name }) => name === asked.field);
  const items: readonly Item[] = [
    ...itemsOf(asked.id, ids, replica, mayEdit ? actions : null, open),
    { ...PAST, text: past.ofRecord, keys: field === undefined, act: () => openHistory(asked.id, null) },
    ...(field === undefined
      ? []
      : [{ ...PAST, text: past.of(field.label), keys: true, act: () => openHistory(asked.id, field.name) }]),
  ];
  return (
    <Menu
      open
      onClose={onClose}
      anchorReference="anchorPosition"
      anchorPosition={asked}
      slotProps={{ list: { "aria-label": t.recordActions, dense: true } }}
    >
      {items.map(({ Icon, text, keys = false, act }) => (
        <MenuItem
          key={text}
          aria-keyshortcuts={keys ? HISTORY_KEYS : undefined}
          onClick={() => {
            onClose();
            act();
          }}
        >
          <ListItemIcon>
            <Icon fontSize="small" />
          </ListItemIcon>
          {text}
          {keys && (
            <Typography variant="caption" aria-hidden sx={{ ml: "auto", pl: 3, color: "text.secondary" }}>
              {past.keys}
            </Typography>
          )}
        </MenuItem>
      ))}
    </Menu>
  );
}

interface Item {
  readonly Icon: typeof OpenIcon;
  readonly text: string;
  /** the history's keys do the same on its cell */
  readonly keys?: boolean;
  readonly act: () => void;
}

const PAST = { Icon: HistoryIcon };

function itemsOf(
  id: string,
  ids: readonly string[],
  replica: Replica,
  actions: RecordActions | null,
  open: (id: string) => void,
): readonly Item[] {
  if (replica.get(id)?.deleted === true)
    return actions === null ? [] : [{ Icon: RestoreIcon, text: t.restore, act: () => actions.restore(id) }];
  const opening = { Icon: OpenIcon, text: t.openThis, act: () => open(id) };
  if (actions === null) return [opening];
  return [
    opening,
    { Icon: DuplicateIcon, text: t.duplicate(ids.length), act: () => actions.duplicate(ids) },
    { Icon: DeleteIcon, text: t.delete(ids.length), act: () => actions.remove(ids) },
  ];
}
