import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import Typography from "@mui/material/Typography";
import { useEffect, useReducer, useRef, type ReactNode } from "react";
import type { PastChanges, PastNow } from "../../sync/pastChanges.ts";
import { texts } from "../../texts.ts";

const t = texts.history;

interface PastListProps {
  readonly past: PastChanges;
  readonly now: PastNow;
  readonly label: string;
  /** where it ends, in words */
  readonly end: string;
  /** its items */
  readonly children: ReactNode;
}

const EVERY_MS = 30_000;

/** What was "now" is a minute ago after a minute, though nothing has changed. */
function useMinutes(): void {
  const [, turn] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(turn, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}

/** A list of past changes, page by page; what it waits for, why it stands still, and where it ends. */
export function PastList({ past, now, label, end, children }: PastListProps) {
  const { read, more, asking, problem } = now;
  useMinutes();
  return (
    <>
      {problem !== null && (
        <Alert
          severity="warning"
          square
          action={
            <Button color="inherit" onClick={() => past.again()}>
              {t.again}
            </Button>
          }
        >
          {problem}
        </Alert>
      )}
      {read && (
        <Box component="ol" aria-label={label} aria-busy={asking} sx={{ listStyle: "none", m: 0, p: 0 }}>
          {children}
        </Box>
      )}
      {!read && asking && <Asking />}
      {read && <Foot key={String(more)} more={more} asking={asking} end={end} onMore={() => past.older()} />}
    </>
  );
}

function Asking() {
  return (
    <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 1, p: 2, color: "text.secondary" }}>
      <CircularProgress size={16} color="inherit" aria-hidden />
      <Typography variant="body2">{t.asking}</Typography>
    </Box>
  );
}

interface FootProps {
  readonly more: boolean;
  readonly asking: boolean;
  readonly end: string;
  readonly onMore: () => void;
}

/** Older ones on demand; after the last of them the focus goes from the button to what stands in its place. */
function Foot({ more, asking, end, onMore }: FootProps) {
  const last = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) last.current?.focus();
  }, []);
  if (more) {
    return (
      <Box sx={{ p: 1.5, borderTop: 1, borderColor: "divider" }}>
        <Button fullWidth color="inherit" variant="outlined" aria-disabled={asking} onClick={onMore}>
          {asking ? t.asking : t.more}
        </Button>
      </Box>
    );
  }
  return (
    <Typography ref={last} tabIndex={-1} variant="caption" component="p" sx={END}>
      {end}
    </Typography>
  );
}

const END = { px: 2, py: 1.5, color: "text.secondary", textAlign: "center", outline: "none" } as const;
