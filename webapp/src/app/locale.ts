import type { ThemeOptions } from "@mui/material/styles";

type LocaleFile = () => Promise<Readonly<Record<string, ThemeOptions>>>;

// The packages export all their languages as one module, three quarters of a megabyte: here each is a file of its own,
// loaded by those who speak it. locale.test.ts tells when the files have moved.
const MATERIAL = import.meta.glob<never>("../../node_modules/@mui/material/locale/[a-z][a-z][A-Z][A-Z].mjs");
const DATA_GRID = import.meta.glob<never>("../../node_modules/@mui/x-data-grid/locales/[a-z][a-z][A-Z][A-Z].mjs"); // prettier-ignore

const byName = (files: Readonly<Record<string, LocaleFile>>): ReadonlyMap<string, LocaleFile> =>
  new Map(
    Object.entries(files).map(([path, load]) => [path.slice(-"deDE.mjs".length, -".mjs".length), load]),
  );

export const LOCALES = [byName(MATERIAL), byName(DATA_GRID)] as const;

/** Which of the languages there are (`deDE`) somebody reads who asked for `tag` (`de-AT`). */
export function nearest(tag: string, there: ReadonlySet<string>): string | undefined {
  const { language, region, script } = new Intl.Locale(tag).maximize();
  const usual = new Intl.Locale(language, script === undefined ? {} : { script }).maximize().region;
  const name = language === "no" ? "nb" : language;
  return (
    [`${name}${region}`, `${name}${usual}`].find((each) => there.has(each)) ??
    [...there].find((each) => each.slice(0, -2) === name)
  );
}

/**
 * Material UI's and the Data Grid's own texts in the first of these languages that they speak; nothing to add where
 * that is English. The page's own texts are English.
 */
export async function loadLocale(languages: readonly string[]): Promise<readonly ThemeOptions[]> {
  for (const tag of languages) {
    if (new Intl.Locale(tag).language === "en") return [];
    const found = LOCALES.flatMap((files) => {
      const name = nearest(tag, new Set(files.keys()));
      return name === undefined ? [] : [files.get(name)!().then((module) => module[name]!)];
    });
    if (found.length > 0) return Promise.all(found);
  }
  return [];
}
