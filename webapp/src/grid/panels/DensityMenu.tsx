import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { DENSITIES, type Density } from "../../query/paneState.ts";
import { texts } from "../../texts.ts";
import { CheckIcon } from "../icons.tsx";

interface DensityMenuProps {
  readonly anchor: HTMLElement;
  readonly density: Density;
  readonly onDensity: (density: Density) => void;
  readonly onClose: () => void;
}

export function DensityMenu({ anchor, density, onDensity, onClose }: DensityMenuProps) {
  return (
    <Menu
      open
      anchorEl={anchor}
      onClose={onClose}
      slotProps={{ list: { "aria-label": texts.panels.density } }}
    >
      {DENSITIES.map((each) => (
        <MenuItem
          key={each}
          dense
          role="menuitemradio"
          aria-checked={each === density}
          selected={each === density}
          onClick={() => {
            onDensity(each);
            onClose();
          }}
        >
          <ListItemIcon sx={{ visibility: each === density ? "visible" : "hidden" }}>
            <CheckIcon sx={{ fontSize: 18 }} />
          </ListItemIcon>
          {texts.panels.densities[each]}
        </MenuItem>
      ))}
    </Menu>
  );
}
