import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useState, type ReactNode } from "react";
import type { FieldDescription } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { COLUMNS } from "../editors/columns.tsx";

/** A field as it stands in lists: what it holds, and its label. */
export function FieldLabel({ field }: { readonly field: FieldDescription }) {
  const { Icon } = COLUMNS[field.type];
  return (
    <Box component="span" sx={{ display: "flex", alignItems: "center", gap: 1, minWidth: 0 }}>
      <Icon sx={{ fontSize: 16, color: "text.secondary" }} />
      <Box component="span" sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
        {field.label}
      </Box>
    </Box>
  );
}

interface FieldSelectProps {
  /** those to choose from */
  readonly fields: readonly FieldDescription[];
  /** a name, which may be that of no field */
  readonly value: string;
  readonly onField: (field: FieldDescription) => void;
}

export function FieldSelect({ fields, value, onField }: FieldSelectProps) {
  const known = fields.some(({ name }) => name === value);
  return (
    <TextField
      select
      error={!known}
      value={value}
      onChange={(event) => {
        const field = fields.find(({ name }) => name === event.target.value);
        if (field !== undefined) onField(field);
      }}
      slotProps={{ select: { SelectDisplayProps: { "aria-label": texts.panels.field }, MenuProps: MENU } }}
    >
      {!known && (
        <MenuItem value={value} dense disabled>
          {texts.panels.noSuchField(value)}
        </MenuItem>
      )}
      {fields.map((field) => (
        <MenuItem key={field.name} value={field.name} dense>
          <FieldLabel field={field} />
        </MenuItem>
      ))}
    </TextField>
  );
}

const MENU = { slotProps: { paper: { sx: { maxHeight: 360 } } } };

interface FieldMenuProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly fields: readonly FieldDescription[];
  readonly onField: (field: FieldDescription) => void;
}

/** A button that asks for one of the fields. */
export function FieldMenu({ label, icon, fields, onField }: FieldMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        data-part="add"
        startIcon={icon}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        disabled={fields.length === 0}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {label}
      </Button>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        slotProps={{ ...MENU.slotProps, list: { "aria-label": label } }}
      >
        {fields.map((field) => (
          <MenuItem
            key={field.name}
            dense
            onClick={() => {
              setAnchor(null);
              onField(field);
            }}
          >
            <FieldLabel field={field} />
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
