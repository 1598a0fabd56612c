const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Costly to make, and asked for in each cell of a page. */
const formats = new Map<string | undefined, Intl.RelativeTimeFormat>();

function wordsIn(locale: string | undefined): Intl.RelativeTimeFormat {
  const known = formats.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  formats.set(locale, known);
  return known;
}

/** How long before `now` a moment was, in words: "5 minutes ago". */
export function ago(at: string, now: number = Date.now(), locale?: string): string {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  const words = wordsIn(locale);
  const [unit, size] = STEPS.find(([, size]) => seconds >= size) ?? (["second", 1] as const);
  return words.format(unit === "second" ? 0 : -Math.floor(seconds / size), unit);
}
