import type { Entry } from "./entry.ts";

/** One line of JSON: what was asked of which record, and how it stands with it. */
export function lineOf({ stored, type, record, fields }: Entry): string {
  const { grid, kept, sentAt } = stored;
  const kind = type.replace("_record", "");
  const status = kept?.status ?? (sentAt === undefined ? "not sent" : "sent, not answered");
  return JSON.stringify({ grid, record, kind, fields, status, why: kept?.error.message });
}

/** Lines of all grids as one text that a person can keep; empty without any. */
export function textOf(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const edits = lines.length === 1 ? "1 edit" : `${lines.length} edits`;
  return [`Tandem: ${edits} not confirmed by the server, or not taken, one a line`, ...lines, ""].join("\n");
}
