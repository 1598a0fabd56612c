import Box from "@mui/material/Box";
import { SPOKEN } from "../grid/spoken.ts";

/** What a screen reader says when it changes, and nobody sees. */
export function ForEars({ children }: { readonly children: string }) {
  return (
    <Box component="span" role="status" aria-live="polite" sx={SPOKEN}>
      {children}
    </Box>
  );
}
