import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import Tooltip from "@mui/material/Tooltip";
import { useEffect, useState } from "react";
import { connectionText } from "./connectionText.ts";
import { useUnsent } from "../hooks/useGrid.ts";
import { useConnection } from "../hooks/useConnection.ts";

const FOR_EARS = {
  position: "absolute",
  width: 1,
  height: 1,
  overflow: "hidden",
  clipPath: "inset(50%)",
} as const;

/** The time, renewed each second while `ticking`. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

/** The browser asks before it leaves a page that would lose edits. */
function useLeaveGuard(active: boolean): void {
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [active]);
}

/** Whether what is shown is live, how many edits wait, and when it will be tried again. */
export function ConnectionChip({ grids }: { readonly grids: readonly string[] }) {
  const { connection, status } = useConnection();
  const { unsent, storing, durable } = useUnsent(grids);
  useLeaveGuard(storing > 0 || (unsent > 0 && !durable));
  const now = useNow(status.retryAt !== null);
  const { text, spoken, tone, canRetry } = connectionText(status, { unsent, storing }, now);
  const kept = durable
    ? "Unsent edits are kept in this browser: they are sent even if this tab is closed."
    : "This browser keeps nothing: unsent edits are lost when this tab is closed.";
  return (
    <>
      <Stack
        role="group"
        aria-label="Connection"
        direction="row"
        spacing={0.5}
        sx={{ alignItems: "center", minWidth: 0 }}
      >
        <Tooltip title={unsent > 0 || !durable ? kept : (status.error ?? "")}>
          <Chip
            size="small"
            variant="outlined"
            color={tone}
            label={text}
            icon={
              <Box
                component="span"
                sx={{ width: 8, height: 8, borderRadius: "50%", bgcolor: "currentColor" }}
              />
            }
            sx={{ fontWeight: 550, minWidth: 0, "& .MuiChip-icon": { ml: 1, mr: -0.25 } }}
          />
        </Tooltip>
        {canRetry && (
          <Button
            onClick={() => connection.retryNow()}
            aria-label="Try to reconnect now"
            sx={{ minWidth: 0 }}
          >
            now
          </Button>
        )}
      </Stack>
      <span role="status" aria-live="polite" style={FOR_EARS}>
        {spoken}
      </span>
    </>
  );
}
