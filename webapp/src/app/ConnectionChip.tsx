import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useEffect, useState } from "react";
import { lazily } from "../grid/lazily.tsx";
import { useConnection } from "../hooks/useConnection.ts";
import { useUnsent } from "../hooks/useUnsent.ts";
import { texts } from "../texts.ts";
import { BarPopover } from "./BarPopover.tsx";
import { CheckLink } from "./CheckLink.tsx";
import { connectionText } from "./connectionText.ts";
import { ForEars } from "./ForEars.tsx";
import { useNow } from "./useNow.ts";

const say = texts.connection;

const Inspector = lazily(async () => (await import("./inspector/Inspector.tsx")).Inspector);

/** The browser asks before it leaves a page that would lose edits. */
function useLeaveGuard(active: boolean): void {
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [active]);
}

/** Whether what is shown is live, how many edits of any grid wait, and when it will be tried again. */
export function ConnectionChip() {
  const { connection, status } = useConnection();
  const edits = useUnsent();
  const { unsent, storing, durable } = edits;
  useLeaveGuard(storing > 0 || (unsent > 0 && !durable));
  const now = useNow(status.retryAt !== null);
  const { text, spoken, about, tone, canRetry } = connectionText(status, edits, now, isSecureContext);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [inspecting, setInspecting] = useState(false);
  const inspect = () => {
    setAnchor(null);
    setInspecting(true);
  };
  return (
    <>
      <Stack role="group" aria-label={say.title} direction="row" spacing={0.5} sx={group}>
        <Chip
          size="small"
          variant="outlined"
          color={tone}
          label={text}
          icon={<Box component="span" sx={dot} />}
          aria-haspopup="dialog"
          onClick={(event) => setAnchor(event.currentTarget)}
          sx={chip}
        />
        {canRetry && (
          <Button onClick={() => connection.retryNow()} aria-label={say.retry} sx={{ minWidth: 0 }}>
            {say.now}
          </Button>
        )}
      </Stack>
      <BarPopover
        anchor={anchor}
        title={say.title}
        size={{ maxWidth: "min(44ch, calc(100vw - 32px))" }}
        onClose={() => setAnchor(null)}
      >
        <Stack spacing={1}>
          {about.map((sentence) => (
            <Typography key={sentence} variant="body2" sx={{ overflowWrap: "anywhere" }}>
              {sentence}
            </Typography>
          ))}
          <Stack direction="row" spacing={1} sx={{ ml: -1 }}>
            <Button onClick={inspect}>{say.details}</Button>
            {tone !== "success" && <CheckLink />}
          </Stack>
        </Stack>
      </BarPopover>
      {inspecting && <Inspector onClose={() => setInspecting(false)} />}
      <ForEars>{spoken}</ForEars>
    </>
  );
}

const group = { alignItems: "center", minWidth: 0, maxWidth: "100%" } as const;
const dot = { width: 8, height: 8, borderRadius: "50%", bgcolor: "currentColor", flexShrink: 0 } as const;
const chip = {
  fontWeight: 550,
  fontVariantNumeric: "tabular-nums", // the countdown must not make the bar jump
  minWidth: 0,
  bgcolor: "background.paper",
  "& .MuiChip-icon": { ml: 1, mr: -0.25 },
} as const;
