import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { SelectProps } from "@mui/material/Select";
import type { FieldDescription } from "../../protocol.ts";
import type { SortItem } from "../../query/query.ts";
import { texts } from "../../texts.ts";
import { Direction } from "./Direction.tsx";
import { FieldSelect } from "./FieldChoice.tsx";
import { CloseIcon, DownIcon, UpIcon } from "../icons.tsx";
import { iconButtonStyle } from "./panelStyle.ts";

interface SortRowProps {
  /** those to choose from: its own, and those that are not sorted by */
  readonly fields: readonly FieldDescription[];
  readonly item: SortItem;
  /** from 0 */
  readonly place: number;
  readonly of: number;
  readonly label: string;
  readonly onItem: (item: SortItem) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

export function SortRow({ fields, item, place, of, label, onItem, onMove, onRemove }: SortRowProps) {
  const { moveUp, moveDown, removeSort, sortPlace } = texts.panels;
  return (
    <Box role="group" aria-label={sortPlace(place + 1, label)} data-place={place} sx={row}>
      <FieldSelect
        fields={fields}
        value={item.field}
        onField={(field) => onItem({ ...item, field: field.name })}
      />
      <DirectionSelect
        type={fields.find(({ name }) => name === item.field)?.type}
        descending={item.descending}
        onDescending={(descending) => onItem({ ...item, descending })}
      />
      <IconButton
        data-part="up"
        aria-label={moveUp(label)}
        disabled={place === 0}
        onClick={() => onMove(place - 1)}
        sx={iconButtonStyle}
      >
        <UpIcon fontSize="inherit" />
      </IconButton>
      <IconButton
        data-part="down"
        aria-label={moveDown(label)}
        disabled={place === of - 1}
        onClick={() => onMove(place + 1)}
        sx={iconButtonStyle}
      >
        <DownIcon fontSize="inherit" />
      </IconButton>
      <IconButton data-part="remove" aria-label={removeSort(label)} onClick={onRemove} sx={iconButtonStyle}>
        <CloseIcon fontSize="inherit" />
      </IconButton>
    </Box>
  );
}

/** On two lines where there is little room. */
const row = {
  display: "grid",
  columnGap: 0.25,
  rowGap: 0.5,
  alignItems: "center",
  gridTemplateColumns: "minmax(0, 1fr) repeat(3, 28px)",
  gridTemplateAreas: '"field up down remove" "direction . . ."',
  "@container (min-width: 380px)": {
    gridTemplateColumns: "minmax(0, 1fr) 148px repeat(3, 28px)",
    gridTemplateAreas: '"field direction up down remove"',
  },
};

interface DirectionSelectProps {
  readonly type: FieldDescription["type"] | undefined;
  readonly descending: boolean;
  readonly onDescending: (descending: boolean) => void;
}

// A part of the DOM is found by it; the type of these props does not know data attributes.
const DISPLAY = {
  "aria-label": texts.panels.direction,
  "data-part": "direction",
} as SelectProps["SelectDisplayProps"];

function DirectionSelect({ type, descending, onDescending }: DirectionSelectProps) {
  return (
    <TextField
      select
      value={descending ? "down" : "up"}
      onChange={(event) => onDescending(event.target.value === "down")}
      slotProps={{ select: { SelectDisplayProps: DISPLAY } }}
      sx={{ gridArea: "direction", px: 0.25 }}
    >
      <MenuItem value="up" dense>
        <Direction type={type} descending={false} />
      </MenuItem>
      <MenuItem value="down" dense>
        <Direction type={type} descending />
      </MenuItem>
    </TextField>
  );
}
