import { joinChoice } from "../fields/options.ts";
import type { FieldDescription } from "../protocol.ts";

const NAMED: ReadonlySet<FieldDescription["type"]> = new Set(["boolean", "choice", "choices"]);

/** What is on the clipboard as the draft of one cell; null where it is a block of cells. */
export function pastedDraft(copied: string, field: FieldDescription): string | null {
  const text = copied.replace(/\r\n?/g, "\n").replace(/\n$/, ""); // spreadsheets end each row with one
  if (field.type === "long_text") return text;
  if (/[\t\n]/.test(text)) return null;
  return NAMED.has(field.type) ? joinChoice("", text) : text;
}
