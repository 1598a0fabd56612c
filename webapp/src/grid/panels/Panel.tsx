import Box from "@mui/material/Box";
import Button, { type ButtonProps } from "@mui/material/Button";
import Drawer from "@mui/material/Drawer";
import IconButton from "@mui/material/IconButton";
import Popover from "@mui/material/Popover";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";
import { texts } from "../../texts.ts";
import { CloseIcon } from "../icons.tsx";
import { iconButtonStyle, panelStyle } from "./panelStyle.ts";

interface PanelProps {
  readonly title: string;
  /** what it hangs below, where there is room */
  readonly anchor: HTMLElement;
  /** a sheet at the bottom of a phone instead */
  readonly narrow: boolean;
  /** in pixels, where there is room */
  readonly width: number;
  /** beside the title */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** One of the panels behind the buttons of a pane: a popover below its button, or a sheet. */
export function Panel({ title, anchor, narrow, width, actions, onClose, children }: PanelProps) {
  const id = useId();
  const dialog = { role: "dialog", "aria-modal": true, "aria-labelledby": id } as const;
  const content = (
    <>
      <Stack direction="row" sx={head}>
        <Typography id={id} component="h2" variant="subtitle2" sx={{ flex: 1, fontWeight: 600 }}>
          {title}
        </Typography>
        {actions}
        {narrow && (
          <IconButton aria-label={texts.panels.close} onClick={onClose} sx={iconButtonStyle}>
            <CloseIcon fontSize="inherit" />
          </IconButton>
        )}
      </Stack>
      <Box sx={body}>{children}</Box>
    </>
  );
  if (narrow) {
    return (
      <Drawer
        open
        anchor="bottom"
        onClose={onClose}
        slotProps={{ paper: { ...dialog, sx: [panelStyle, sheet] }, backdrop: { sx: shade } }}
      >
        {content}
      </Drawer>
    );
  }
  return (
    <Popover
      open
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: "bottom", horizontal: "left" }}
      slotProps={{ paper: { ...dialog, sx: [panelStyle, popover, { width }] } }}
    >
      {content}
    </Popover>
  );
}

/** One of the quiet buttons beside a panel's title. */
export function PanelAction(props: ButtonProps) {
  return <Button color="inherit" {...props} sx={{ color: "text.secondary", minWidth: 0, px: 1 }} />;
}

const head = { alignItems: "center", gap: 0.5, pl: 1.5, pr: 0.75, pt: 0.75, minHeight: 36 };
/** Its width decides how its rows are laid out. */
const body = { px: 1.5, pb: 1.5, pt: 0.5, overflow: "auto", containerType: "inline-size" } as const;
const column = { display: "flex", flexDirection: "column" } as const;
const sheet = { ...column, maxHeight: "85%", borderTopLeftRadius: 12, borderTopRightRadius: 12, pb: 1 };
/** Light, so that the records are seen to follow. */
const shade = { bgcolor: "rgb(0 0 0 / 25%)" };
const popover = { ...column, mt: 0.5, maxWidth: "calc(100% - 32px)", border: 1, borderColor: "divider" };
