import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Tooltip from "@mui/material/Tooltip";
import { useColorScheme } from "@mui/material/styles";
import { useState } from "react";
import { texts } from "../texts.ts";
import { DarkIcon, LightIcon, SystemIcon } from "./icons.tsx";

const MODES = ["light", "dark", "system"] as const;
const ICONS = { light: LightIcon, dark: DarkIcon, system: SystemIcon } as const;

/** Light, dark, or as the system is; kept in this browser. */
export function AppearanceMenu() {
  const { mode: kept, setMode } = useColorScheme();
  const mode = MODES.find((each) => each === kept) ?? "system"; // the storage may hold anything
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const Icon = ICONS[mode];
  const say = texts.app.appearance;
  return (
    <>
      <Tooltip title={say.title}>
        <IconButton
          color="inherit"
          aria-label={say.title}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Icon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { dense: true, "aria-label": say.title } }}
      >
        {MODES.map((each) => {
          const Icon = ICONS[each];
          return (
            <MenuItem
              key={each}
              role="menuitemradio"
              aria-checked={each === mode}
              selected={each === mode}
              onClick={() => {
                setMode(each);
                setAnchor(null);
              }}
            >
              <ListItemIcon>
                <Icon fontSize="small" />
              </ListItemIcon>
              {say.modes[each]}
            </MenuItem>
          );
        })}
      </Menu>
    </>
  );
}
