import { collation } from "./collation.ts";

/** Comparisons of sort keys, ascending; each for the keys that its field types make. */

type Key = number | string;

export const byNumber = (a: Key, b: Key): number => Number(a) - Number(b);

/** As people read: "Gate 9" before "Gate 10", accents beside their letters. */
export const byText = (a: Key, b: Key): number => collation.compare(String(a), String(b));

/** By code unit: for texts such as ISO dates whose order is that of their characters. */
export const byCode = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0);

/** Canonical decimals such as "-12.50", exactly: beyond 15 digits a double would make them equal. */
export function byDecimal(a: Key, b: Key): number {
  const rough = Number(a) - Number(b);
  if (rough !== 0 && Math.abs(rough) > Math.abs(Number(a)) * 1e-12) return rough;
  const [left, right] = align(String(a), String(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

function align(a: string, b: string): readonly [bigint, bigint] {
  const places = Math.max(placesOf(a), placesOf(b));
  return [scaled(a, places), scaled(b, places)];
}

const placesOf = (text: string): number => (text.split(".")[1] ?? "").length;

const scaled = (text: string, places: number): bigint =>
  BigInt(text.replace(".", "") + "0".repeat(places - placesOf(text)));
