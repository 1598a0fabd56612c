import Popover from "@mui/material/Popover";
import type { SxProps } from "@mui/material/styles";
import type { ReactNode } from "react";

interface BarPopoverProps {
  /** null: it is closed */
  readonly anchor: HTMLElement | null;
  readonly title: string;
  readonly size: SxProps;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What opens from the right of the top bar. */
export function BarPopover({ anchor, title, size, onClose, children }: BarPopoverProps) {
  return (
    <Popover
      open={anchor !== null}
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
      transformOrigin={{ vertical: "top", horizontal: "right" }}
      slotProps={{ paper: { role: "dialog", "aria-label": title, sx: [{ p: 2 }, size] as SxProps } }}
    >
      {children}
    </Popover>
  );
}
