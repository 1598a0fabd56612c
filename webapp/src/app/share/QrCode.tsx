import Box from "@mui/material/Box";
import { useMemo } from "react";
import { encode } from "uqr";
import { texts } from "../../texts.ts";

/** Modules of white around it, without which many cameras do not see it. */
const QUIET = 4;

/** Black on white in a dark page too, for cameras. */
export function QrCode({ text }: { readonly text: string }) {
  const { size, d } = useMemo(() => pathOf(text), [text]);
  return (
    <Box
      component="svg"
      role="img"
      aria-label={texts.share.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      sx={{ width: 168, height: 168, flexShrink: 0, borderRadius: 1, border: 1, borderColor: "divider" }}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={d} fill="#000" />
    </Box>
  );
}

/** A square of one unit for each black module. */
function pathOf(text: string): { readonly size: number; readonly d: string } {
  const { data, size } = encode(text, { border: QUIET });
  const d = data.flatMap((row, y) => row.flatMap((black, x) => (black ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size, d: d.join("") };
}
