import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

interface NoticeProps {
  readonly title: string;
  /** a sentence or two: why, and what to do */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** read out at once: it takes the place of what was expected */
  readonly alert?: boolean;
}

/** What stands where a grid would: why there is none, and the way on. */
export function Notice({ title, children, actions, alert = false }: NoticeProps) {
  return (
    <Box sx={{ flex: 1, minHeight: 0, overflow: "auto", display: "flex", p: 3 }}>
      <Stack
        spacing={1.5}
        role={alert ? "alert" : undefined}
        sx={{ m: "auto", maxWidth: "60ch", minWidth: 0 }}
      >
        <Typography component="h2" variant="h6">
          {title}
        </Typography>
        {children}
        {actions !== undefined && (
          <Stack direction="row" spacing={1} sx={{ pt: 0.5 }}>
            {actions}
          </Stack>
        )}
      </Stack>
    </Box>
  );
}
