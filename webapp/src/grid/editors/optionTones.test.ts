import { describe, expect, test } from "vitest";
import { hueOf, TONES, toneOf } from "./optionTones.ts";

/** OKLCH to the relative luminance that WCAG's contrast is made of; colours outside sRGB are clipped. */
function luminance({ lightness, chroma }: { lightness: number; chroma: number }, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
  return rgb.reduce((sum, part, index) => sum + part * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

describe.each(["light", "dark"] as const)("options are readable in %s", (mode) => {
  test("in every hue, and in grey", () => {
    const { back, ink } = TONES[mode];
    for (let hue = 0; hue < 360; hue += 1) {
      expect(contrast(luminance(back, hue), luminance(ink, hue))).toBeGreaterThan(4.5);
    }
    const grey = (tone: { lightness: number }) => luminance({ ...tone, chroma: 0 }, 0);
    expect(contrast(grey(back), grey(ink))).toBeGreaterThan(4.5);
  });
});

test("neighbours are far apart, a stranger has no hue", () => {
  for (let index = 0; index < 50; index += 1) {
    const apart = Math.abs(hueOf(index) - hueOf(index + 1));
    expect(Math.min(apart, 360 - apart)).toBeGreaterThan(100);
  }
  expect(toneOf(-1)).toEqual({ "--tandem-vivid": 0 });
  expect(toneOf(0)).toEqual({ "--tandem-hue": hueOf(0) });
});
