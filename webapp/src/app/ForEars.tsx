import Box from "@mui/material/Box";

/** What a screen reader says when it changes, and nobody sees. */
export function ForEars({ children }: { readonly children: string }) {
  return (
    <Box component="span" role="status" aria-live="polite" sx={hidden}>
      {children}
    </Box>
  );
}

const hidden = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
} as const;
