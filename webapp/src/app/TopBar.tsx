import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import ToggleButton from "@mui/material/ToggleButton";
import Toolbar from "@mui/material/Toolbar";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import type { SxProps, Theme } from "@mui/material/styles";
import type { ReactNode } from "react";
import { SPOKEN } from "../grid/spoken.ts";
import { texts } from "../texts.ts";
import { AppearanceMenu } from "./AppearanceMenu.tsx";
import { ConnectionChip } from "./ConnectionChip.tsx";
import { HelpIcon, MenuIcon, PanesIcon, ShareIcon } from "./icons.tsx";
import { Logo } from "./Logo.tsx";
import { People } from "./People.tsx";

interface TopBarProps {
  readonly two: boolean;
  /** there is no grid to show twice */
  readonly empty: boolean;
  readonly onGrids: () => void;
  readonly onTwo: () => void;
  readonly onHelp: () => void;
  /** the title of the grid that is shared */
  readonly sharing: string;
  readonly onShare: () => void;
  /** how many edits wait for their user, and the list of them */
  readonly notSaved: ReactNode;
}

/** What belongs to the page as a whole. What has no room on a small screen goes on a second line. */
export function TopBar({ two, empty, onGrids, onTwo, onHelp, sharing, onShare, notSaved }: TopBarProps) {
  const say = texts.app;
  return (
    <Toolbar variant="dense" sx={bar}>
      <Tooltip title={say.grids.open}>
        <IconButton edge="start" color="inherit" aria-label={say.grids.open} onClick={onGrids}>
          <MenuIcon />
        </IconButton>
      </Tooltip>
      <Logo />
      <Typography component="h1" variant="subtitle1" sx={{ flex: 1 }}>
        <Box component="span" sx={name}>
          {say.name}
        </Box>
      </Typography>
      <Stack direction="row" spacing={0.5}>
        <Tooltip title={say.twoPanes}>
          <ToggleButton
            value="two"
            selected={two}
            disabled={empty}
            onChange={onTwo}
            aria-label={say.twoPanes}
            size="small"
            sx={{ p: 0.5, border: 0, color: "text.primary" }}
          >
            <PanesIcon fontSize="small" />
          </ToggleButton>
        </Tooltip>
        <AppearanceMenu />
        <Tooltip title={say.help.open}>
          <IconButton color="inherit" aria-label={say.help.open} onClick={onHelp}>
            <HelpIcon fontSize="small" />
          </IconButton>
        </Tooltip>
      </Stack>
      <Button
        aria-label={texts.share.title(sharing)}
        aria-haspopup="dialog"
        disabled={empty}
        onClick={onShare}
        startIcon={<ShareIcon />}
        sx={share}
      >
        <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
          {texts.share.button}
        </Box>
      </Button>
      <People />
      {notSaved}
      <ConnectionChip />
    </Toolbar>
  );
}

/** On a phone the logo says it, or the bar would need a second line. */
const name: SxProps<Theme> = ({ breakpoints }) => ({ [breakpoints.down("sm")]: SPOKEN });
const share = { minWidth: 0, "& .MuiButton-startIcon": { mr: { xs: 0, sm: 0.75 } } } as const;

const bar = {
  columnGap: 1,
  rowGap: 0.5,
  flexWrap: "wrap",
  justifyContent: "flex-end",
  py: 0.5,
  px: { xs: 1.5, sm: 2 },
} as const;
