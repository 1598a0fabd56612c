/**
 * The colours of options: calm, told apart by hue, and readable. Lightness and chroma are the same for all of them,
 * so that what is readable in one hue is so in every other; optionTones.test.ts measures it.
 */

interface Tone {
  readonly lightness: number;
  readonly chroma: number;
}

interface Tones {
  readonly back: Tone;
  readonly ink: Tone;
}

export const TONES: Readonly<Record<"light" | "dark", Tones>> = {
  light: { back: { lightness: 0.92, chroma: 0.05 }, ink: { lightness: 0.37, chroma: 0.09 } },
  dark: { back: { lightness: 0.35, chroma: 0.055 }, ink: { lightness: 0.93, chroma: 0.035 } },
};

/** In degrees. By the golden angle: however many options there are, neighbours are far apart. */
export const hueOf = (index: number): number => Math.round((250 + index * 137.508) % 360);

const css = ({ lightness, chroma }: Tone): string =>
  `oklch(${lightness} calc(${chroma} * var(--tandem-vivid, 1)) var(--tandem-hue, 0))`;

export const toneStyle = (mode: "light" | "dark") => ({
  backgroundColor: css(TONES[mode].back),
  color: css(TONES[mode].ink),
});

/** For an element of `toneStyle`; what is none of the options is grey. */
export const toneOf = (index: number): Readonly<Record<`--tandem-${string}`, number>> =>
  index < 0 ? { "--tandem-vivid": 0 } : { "--tandem-hue": hueOf(index) };
