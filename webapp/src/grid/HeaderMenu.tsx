import ListItemIcon from "@mui/material/ListItemIcon";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import type { FieldDescription } from "../protocol.ts";
import type { PaneState } from "../query/paneState.ts";
import { texts } from "../texts.ts";
import { directionText } from "./panels/Direction.tsx";
import { AddIcon, CloseIcon, DownIcon, FilterIcon, HideIcon, UpIcon } from "./icons.tsx";
import { addSort, isSortedBy, removeSort, withShown } from "./panels/viewEdits.ts";

interface HeaderMenuItemsProps {
  /** all of the grid */
  readonly fields: readonly FieldDescription[];
  /** the one whose header it is */
  readonly field: FieldDescription;
  readonly state: Pick<PaneState, "sort" | "hidden">;
  readonly onState: (patch: Partial<PaneState>, how: "push" | "replace") => void;
  readonly onFilter: (field: FieldDescription) => void;
  readonly onClose: () => void;
}

/** What a column's header offers; stands in a `Menu` or a `MenuList`. */
export function HeaderMenuItems({ fields, field, state, onState, onFilter, onClose }: HeaderMenuItemsProps) {
  const { sort, hidden } = state;
  const mine = isSortedBy(sort, field.name);
  const act = (fn: () => void) => () => {
    onClose();
    fn();
  };
  const sortBy = (next: PaneState["sort"]) => act(() => onState({ sort: next, page: 0 }, "push"));
  const hide = () => onState({ hidden: withShown(fields, hidden, [field.name], false) }, "push");
  const only = (descending: boolean) => sortBy([{ field: field.name, descending }]);
  return (
    <>
      <Item
        icon={<UpIcon />}
        label={texts.panels.sortAscending}
        hint={directionText(field.type, false)}
        onClick={only(false)}
      />
      <Item
        icon={<DownIcon />}
        label={texts.panels.sortDescending}
        hint={directionText(field.type, true)}
        onClick={only(true)}
      />
      {!mine && sort.length > 0 && (
        <Item icon={<AddIcon />} label={texts.panels.addToSort} onClick={sortBy(addSort(sort, field.name))} />
      )}
      {mine && (
        <Item
          icon={<CloseIcon />}
          label={texts.panels.removeFromSort}
          onClick={sortBy(removeSort(sort, field.name))}
        />
      )}
      <Item
        icon={<FilterIcon />}
        label={texts.panels.filterBy}
        divided
        onClick={act(() => onFilter(field))}
      />
      <Item icon={<HideIcon />} label={texts.panels.hideField} onClick={act(hide)} />
    </>
  );
}

interface ItemProps {
  readonly icon: ReactNode;
  readonly label: string;
  /** seen beside the label, which says the same in a word */
  readonly hint?: string;
  /** from what stands above */
  readonly divided?: boolean;
  readonly onClick: () => void;
}

function Item({ icon, label, hint, divided = false, onClick }: ItemProps) {
  return (
    <MenuItem dense onClick={onClick} sx={divided ? divider : undefined}>
      <ListItemIcon sx={{ "& svg": { fontSize: 18 } }}>{icon}</ListItemIcon>
      {label}
      {hint !== undefined && (
        <Typography aria-hidden variant="body2" color="textSecondary" sx={{ ml: "auto", pl: 3 }}>
          {hint}
        </Typography>
      )}
    </MenuItem>
  );
}

const divider = { borderTop: 1, borderColor: "divider", mt: 0.5, pt: 0.75 };
