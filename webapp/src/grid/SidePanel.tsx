import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import { useEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from "react";

interface SidePanelProps {
  /** of its heading */
  readonly titleId: string;
  /** Below 700 pixels it takes the whole screen. */
  readonly narrow: boolean;
  /** Escape, on a small screen: otherwise that is a key like others */
  readonly onClose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

/** What lies at the right of a pane, beside what it is about; it wants a positioned element around it. */
export function SidePanel({ titleId, narrow, onClose, onKeyDown, children }: SidePanelProps) {
  const body = (
    <Box onKeyDown={onKeyDown} sx={BODY}>
      {children}
    </Box>
  );
  if (narrow) {
    return (
      <Dialog open fullScreen onClose={onClose} aria-labelledby={titleId}>
        {body}
      </Dialog>
    );
  }
  return (
    <Box role="dialog" aria-labelledby={titleId} sx={PANEL}>
      {body}
    </Box>
  );
}

/** The focus moves to the heading when it opens, and back to where it was when it closes. */
export function useFocusMoves(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return heading;
}

const BODY = { display: "flex", flexDirection: "column", height: "100%", minHeight: 0 } as const;

const PANEL = {
  position: "absolute",
  top: 0,
  bottom: 0,
  right: 0,
  zIndex: 10,
  width: "min(420px, 100%)",
  bgcolor: "background.paper",
  borderLeft: 1,
  borderColor: "divider",
  boxShadow: 8,
} as const;
