import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState, type MouseEvent } from "react";
import { texts } from "../texts.ts";
import { DeleteIcon } from "./icons.tsx";
import { DuplicateIcon, OpenIcon, RestoreIcon } from "./rowIcons.tsx";
import { usePane, usePaneNow } from "./pane.ts";
import type { Replica } from "../sync/replica.ts";
import type { RecordActions } from "./useRecordActions.ts";
import { rowIdOf } from "./useStableView.ts";

const t = texts.grid;

/** Where it was asked for: the pointer, or the cell when it was a key. */
interface Asked {
  readonly id: string;
  readonly top: number;
  readonly left: number;
}

/** Of the row under the pointer or the cursor; none over a link or in an editor, where the browser's own helps. */
function askedBy(event: MouseEvent): Asked | null {
  const id = rowIdOf(event.target);
  const target = event.target as Element;
  if (id === null || target.closest("a, input, textarea, .MuiDataGrid-cell--editing") !== null) return null;
  if (event.clientX !== 0 || event.clientY !== 0) return { id, top: event.clientY, left: event.clientX };
  const { bottom, left } = target.getBoundingClientRect();
  return { id, top: bottom, left };
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
  const { replica, open } = usePane();
  const { selection, actions } = usePaneNow();
  const ids = selection.ids.has(asked.id) ? [...selection.ids] : [asked.id];
  const items = itemsOf(asked.id, ids, replica, actions, open);
  return (
    <Menu
      open
      onClose={onClose}
      anchorReference="anchorPosition"
      anchorPosition={asked}
      slotProps={{ list: { "aria-label": t.recordActions, dense: true } }}
    >
      {items.map(({ Icon, text, act }) => (
        <MenuItem
          key={text}
          onClick={() => {
            onClose();
            act();
          }}
        >
          <ListItemIcon>
            <Icon fontSize="small" />
          </ListItemIcon>
          {text}
        </MenuItem>
      ))}
    </Menu>
  );
}

interface Item {
  readonly Icon: typeof OpenIcon;
  readonly text: string;
  readonly act: () => void;
}

function itemsOf(
  id: string,
  ids: readonly string[],
  replica: Replica,
  actions: RecordActions,
  open: (id: string) => void,
): readonly Item[] {
  if (replica.get(id)?.deleted === true)
    return [{ Icon: RestoreIcon, text: t.restore, act: () => actions.restore(id) }];
  return [
    { Icon: OpenIcon, text: t.openThis, act: () => open(id) },
    { Icon: DuplicateIcon, text: t.duplicate(ids.length), act: () => actions.duplicate(ids) },
    { Icon: DeleteIcon, text: t.delete(ids.length), act: () => actions.remove(ids) },
  ];
}
