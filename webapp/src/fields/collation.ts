/** How texts are compared in one locale: for sorting, and for asking whether they are the same. */
export interface Collation {
  /** Without case and accents: two texts that become equal are the same to filters and search. */
  readonly fold: (text: string) => string;
  /** As people read, with numbers inside; 0 only for one and the same text. Texts that fold to one stand together. */
  readonly compare: (a: string, b: string) => number;
}

const byUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Bounds what is remembered of the characters of a grid; most have a few hundred. */
const MOST_CHARACTERS = 20_000;

/**
 * Folds character by character: an accent or a case is dropped where the locale sees the same letter without it. So
 * "é" is "e" in French while "å" remains another letter than "a" in Swedish, as the order has it.
 */
function foldIn(locale: string, base: Intl.Collator): Collation["fold"] {
  const folded = new Map<string, string>();
  const foldOne = (character: string): string => {
    const bare = character.normalize("NFKD").replace(/\p{M}/gu, "");
    const forms = [bare.toUpperCase().toLowerCase(), bare.toLocaleLowerCase(locale)]; // ß is SS is ss
    return forms.find((form) => base.compare(character, form) === 0) ?? character.toLocaleLowerCase(locale);
  };
  const fold = (character: string): string => {
    const known = folded.get(character);
    if (known !== undefined) return known;
    if (folded.size >= MOST_CHARACTERS) folded.clear();
    const found = foldOne(character);
    folded.set(character, found);
    return found;
  };
  const plainCase = "I".toLocaleLowerCase(locale) === "i"; // not so in Turkish
  // eslint-disable-next-line no-control-regex -- all of ASCII
  const ascii = /^[\0-\x7f]*$/;
  return (text) => {
    if (plainCase && ascii.test(text)) return text.toLowerCase();
    let all = "";
    for (const character of text.normalize("NFC")) all += fold(character);
    return all;
  };
}

/** Of a locale; of the browser's without one. */
export function collationOf(locale?: string): Collation {
  const exact = new Intl.Collator(locale, { numeric: true });
  const base = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const fold = foldIn(exact.resolvedOptions().locale, base);
  const compare = (a: string, b: string): number => {
    if (a === b) return 0;
    const [left, right] = [fold(a), fold(b)];
    // Some different texts weigh the same to a collator ("7" and "007"): then their characters decide.
    return left === right
      ? exact.compare(a, b) || byUnit(a, b)
      : base.compare(left, right) || byUnit(left, right);
  };
  return { fold, compare };
}

export const collation = collationOf();
