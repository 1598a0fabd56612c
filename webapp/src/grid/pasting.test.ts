import { expect, test } from "vitest";
import type { FieldDescription, FieldType } from "../protocol.ts";
import { pastedDraft } from "./pasting.ts";

const field = (type: FieldType): FieldDescription => ({
  name: "it",
  label: "It",
  type,
  required: false,
  read_only: false,
  default: null,
});

test.each<[FieldType, string, string | null]>([
  ["text", "one\r\n", "one"], // as a spreadsheet copies a cell
  ["text", "one\ttwo", null],
  ["text", "one\ntwo", null],
  ["long_text", "one\r\ntwo\tthree\n", "one\ntwo\tthree"],
  ["choice", "open", "\nopen"],
  ["choices", "bug, idea", "\nbug, idea"],
  ["boolean", "Yes", "\nYes"],
])("into %s: %j", (type, copied, draft) => {
  expect(pastedDraft(copied, field(type))).toBe(draft);
});
