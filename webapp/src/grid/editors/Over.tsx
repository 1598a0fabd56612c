import Paper from "@mui/material/Paper";
import Popper from "@mui/material/Popper";
import Typography from "@mui/material/Typography";
import type { ClipboardEvent, KeyboardEvent, ReactNode } from "react";
import { texts } from "../../texts.ts";

const ABOVE = { zIndex: "modal" };

interface ProblemProps {
  readonly text: string | null;
}

interface SaidProps {
  /** why the value is not taken */
  readonly problem: string | null;
  /** what somebody else did meanwhile; heard from elsewhere */
  readonly note: string | null;
}

/** What there is to say of an open editor. */
function Said({ problem, note }: SaidProps) {
  return (
    <>
      {note !== null && (
        <Paper aria-hidden elevation={6} sx={NOTE}>
          <Typography variant="body2">{note}</Typography>
        </Paper>
      )}
      <Problem text={problem} />
    </>
  );
}

const NOTE = {
  px: 1.25,
  py: 0.75,
  maxWidth: 360,
  overflowWrap: "anywhere",
  borderLeft: 3,
  borderColor: "warning.main",
};

/** Why the value is not taken. */
function Problem({ text }: ProblemProps) {
  if (text === null) return null;
  return (
    <Paper role="alert" elevation={6} sx={{ px: 1.25, py: 0.75, maxWidth: 360, bgcolor: "error.main" }}>
      <Typography variant="body2" sx={{ color: "error.contrastText", overflowWrap: "anywhere" }}>
        {text}
      </Typography>
    </Paper>
  );
}

/** Below the cell. */
export function SaidBelow({ cell, ...said }: SaidProps & { readonly cell: HTMLElement | null }) {
  return (
    <Popper
      open={(said.problem !== null || said.note !== null) && cell !== null}
      role="presentation"
      anchorEl={cell}
      placement="bottom-start"
      sx={ABOVE}
    >
      <Said {...said} />
    </Popper>
  );
}

interface OverProps extends SaidProps {
  readonly cell: HTMLElement;
  readonly label: string;
  /** several lines may be written in it */
  readonly lines: boolean;
  readonly children: ReactNode;
}

/** It starts where the cell starts, above or below the fold. */
const cover = [{ name: "offset", options: { offset: ({ reference }: Rects) => [0, -reference.height] } }];

interface Rects {
  readonly reference: { readonly height: number };
}

const stop = (event: ClipboardEvent) => event.stopPropagation();

/** Over the cell, at least as wide, and as high as what is in it. */
export function Over({ cell, label, lines, problem, note, children }: OverProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (!lines || event.key !== "Enter") return;
    if (event.shiftKey)
      event.stopPropagation(); // a new line, not the end of the edit
    else event.preventDefault(); // the end of the edit, not a new line: it may be rejected and stay open
  };
  const { width, height } = cell.getBoundingClientRect();
  const size = lines ? LINES : { minHeight: height, minWidth: Math.max(width, 200), maxWidth: 380 };
  return (
    <Popper open role="presentation" anchorEl={cell} placement="bottom-start" modifiers={cover} sx={ABOVE}>
      <Paper
        elevation={6}
        role={lines ? "dialog" : undefined}
        aria-label={lines ? label : undefined}
        onKeyDown={onKeyDown}
        onPaste={stop}
        onCopy={stop}
        onCut={stop}
        sx={[PAPER, size, lines && { width: Math.max(width, 360) }]}
      >
        {children}
        {lines && (
          <Typography variant="caption" color="textSecondary" component="p">
            {texts.editors.enterSaves}
          </Typography>
        )}
        <Said problem={problem} note={note} />
      </Paper>
    </Popper>
  );
}

const PAPER = {
  boxSizing: "border-box",
  display: "flex",
  flexDirection: "column",
  justifyContent: "center",
  px: "10px",
  fontSize: 13,
  outline: "2px solid",
  outlineColor: "primary.main",
  outlineOffset: -2,
  borderRadius: "2px",
} as const;

/** Its corner makes it larger. */
const LINES = {
  py: 0.75,
  height: 190,
  minWidth: 220,
  minHeight: 110,
  maxWidth: "calc(100vw - 16px)",
  maxHeight: "calc(100vh - 16px)",
  resize: "both",
  overflow: "hidden",
  "& > .MuiTextField-root": { flex: 1, minHeight: 0 },
  "& .MuiInputBase-root": { height: "100%", alignItems: "flex-start", p: 0 },
  "& textarea:not([aria-hidden])": { height: "100% !important", overflow: "auto !important" },
} as const;
