import { expect, test } from "vitest";
import type { FieldDescription } from "../protocol.ts";
import { foldAhead, searchOf } from "./search.ts";

const NAME: FieldDescription = {
  name: "name",
  label: "Name",
  type: "text",
  required: false,
  read_only: false,
  default: null,
};

test("what is made ahead, a piece at a time, is not made again", () => {
  let reads = 0;
  const fields = [NAME];
  const records = Array.from({ length: 120 }, (_, n) => ({
    get fields() {
      reads += 1;
      return { name: `Ärzte ${n}` };
    },
  }));
  const rest = records.values();
  let turns = 0;
  expect(foldAhead(rest, fields, () => (turns += 1) <= 2)).toBe(false);
  const part = reads;
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(120);
  expect(foldAhead(rest, fields, () => true)).toBe(true);
  expect(reads).toBe(120);

  const found = searchOf("arzte 11", fields)!;
  expect(records.filter(found)).toHaveLength(11); // 11, and 110 to 119
  expect(reads).toBe(120);
});
