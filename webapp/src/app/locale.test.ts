import { describe, expect, test } from "vitest";
import { loadLocale, LOCALES, nearest } from "./locale.ts";

const [material, dataGrid] = LOCALES.map((files) => new Set(files.keys()));

describe("the locale", () => {
  test("has the languages of both packages", () => {
    for (const there of [material!, dataGrid!])
      for (const name of ["deDE", "frFR", "jaJP", "ptBR", "zhCN", "zhTW"]) expect(there).toContain(name);
    expect(material!.size).toBeGreaterThan(50);
    expect(dataGrid!.size).toBeGreaterThan(35);
  });

  test("each file holds what its name says", async () => {
    for (const files of LOCALES)
      for (const [name, load] of files) expect(await load(), name).toHaveProperty(name);
  });

  test.each([
    ["de", "deDE"],
    ["de-AT", "deDE"],
    ["fr-CA", "frFR"],
    ["pt", "ptBR"],
    ["pt-PT", "ptPT"],
    ["zh", "zhCN"],
    ["zh-SG", "zhCN"],
    ["zh-TW", "zhTW"],
    ["zh-Hant", "zhTW"],
    ["zh-HK", "zhHK"],
    ["no", "nbNO"],
    ["nn", "nnNO"],
    ["ar-EG", "arSD"], // the only Arabic there
    ["tlh", undefined],
  ])("of %s is %s", (tag, name) => {
    expect(nearest(tag, dataGrid!)).toBe(name);
  });

  test("is the first language asked for that there is, and none for English", async () => {
    const [core, grid] = await loadLocale(["tlh", "de-AT", "fr"]);
    expect(core!.components!.MuiAlert!.defaultProps!.closeText).toBe("Schließen");
    expect(grid!.components!.MuiDataGrid!.defaultProps!.localeText!.noRowsLabel).toBe("Keine Einträge");
    expect(await loadLocale(["en-GB", "de"])).toEqual([]);
    expect(await loadLocale(["tlh"])).toEqual([]);
  });
});
