import { getContrastRatio } from "@mui/material/styles";
import { describe, expect, test } from "vitest";
import { themeIn } from "./theme.ts";

const { colorSchemes } = themeIn([]);
const COLORS = ["primary", "success", "warning", "error", "info"] as const;

describe.each(["light", "dark"] as const)("in the %s scheme", (scheme) => {
  const { palette } = colorSchemes[scheme]!;
  const grounds = [palette.background.paper, palette.background.default];

  test.each(COLORS)("%s can be read on every ground, and what is written on it too (AA)", (name) => {
    const { main, dark, contrastText } = palette[name];
    for (const ground of grounds) expect(getContrastRatio(main, ground)).toBeGreaterThanOrEqual(4.5);
    const opaque = contrastText.startsWith("rgba") ? "#212121" : contrastText; // black at 0.87
    for (const ground of [main, dark]) expect(getContrastRatio(opaque, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["primary", "secondary"] as const)("%s text can be read on every ground (AA)", (name) => {
    for (const ground of grounds)
      expect(getContrastRatio(palette.text[name], ground)).toBeGreaterThanOrEqual(4.5);
  });
});
