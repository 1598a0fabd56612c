import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collation, collationOf } from "./collation.ts";

const sorted = (locale: string, ...texts: readonly string[]): string =>
  texts.toSorted(collationOf(locale).compare).join(" ");

describe("texts stand as people read them", () => {
  test("with numbers inside, and accents beside their letters", () => {
    const names = ["Gate 10", "gate 9", "Étampes", "Zürich", "Evian", "Gate 9"];
    expect(names.toSorted(collation.compare)).toEqual([
      "Étampes",
      "Evian",
      "gate 9",
      "Gate 9",
      "Gate 10",
      "Zürich",
    ]);
  });

  test("in the user's locale", () => {
    expect(sorted("sv", "Örebro", "Zürich", "Åre", "Arboga", "Älvsbyn")).toBe(
      "Arboga Zürich Åre Älvsbyn Örebro",
    );
    expect(sorted("de", "Ostende", "Zug", "Öhringen", "Arosa", "Ähtäri")).toBe(
      "Ähtäri Arosa Öhringen Ostende Zug",
    );
  });
});

describe("texts are the same to a filter", () => {
  const same = (locale: string, a: string, b: string): boolean => {
    const { fold } = collationOf(locale);
    return fold(a) === fold(b);
  };

  test.each([
    ["en", "Zürich", "ZURICH", true],
    ["en", "Straße", "STRASSE", true],
    ["en", "ﬁn", "FIN", true],
    ["en", "Ångström", "angstrom", true],
    ["de", "Müller", "muller", true],
    ["sv", "Åre", "are", false],
    ["sv", "A\u030are", "are", false],
    ["sv", "A\u030are", "åre", true],
    ["sv", "Åre", "åre", true],
    ["sv", "Café", "cafe", true],
    ["es", "año", "ano", false],
    ["en", "año", "ano", true],
    ["tr", "ISPARTA", "ısparta", true],
    ["tr", "ISPARTA", "isparta", false],
    ["tr", "İzmir", "izmir", true],
    ["en", "e\u0301", "é", true],
    ["en", "Σίσυφος", "ΣΊΣΥΦΟΣ", true],
    ["en", "7", "007", false],
    ["hi", "कि", "क", false],
  ])("%s: %s and %s: %s", (locale, a, b, expected) => {
    expect(same(locale, a, b)).toBe(expected);
  });
});

const LOCALES = ["en", "de", "sv", "da", "cs", "tr", "es", "ja"];
const letters = [
  ...Array.from("aAáåÅäoöøiIıİ10 -_"),
  "aa",
  "ch",
  "ß",
  "e\u0301",
  "\u00ad",
  "ガ",
  "カ",
  "\u0301",
];
const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 6 });

describe.each(LOCALES)("in %s", (locale) => {
  const { fold, compare } = collationOf(locale);

  test("the order agrees with itself", () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        expect(compare(a, b) === 0).toBe(a === b);
        const [x, y, z] = [a, b, c].toSorted(compare) as [string, string, string];
        expect(compare(x, z)).toBeLessThanOrEqual(0);
        expect(compare(x, y)).toBeLessThanOrEqual(0);
        expect(compare(y, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  test("texts that are the same to a filter stand together", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
        const folds = texts.toSorted(compare).map(fold);
        const starts = folds.filter((each, index) => each !== folds[index - 1]);
        expect(new Set(starts).size).toBe(starts.length);
      }),
      { numRuns: 500 },
    );
  });

  test("folding again changes nothing", () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(fold(fold(each))).toBe(fold(each));
      }),
      { numRuns: 500 },
    );
  });
});
