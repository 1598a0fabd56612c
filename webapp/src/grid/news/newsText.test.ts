import { expect, test } from "vitest";
import { newsText, type Heard } from "./newsText.ts";

const city: Heard = { who: "Ann", kind: "update", record: "Leoti", fields: ["City"] };

test("one change is told in full", () => {
  expect(newsText([])).toBe("");
  expect(newsText([city])).toBe("Ann changed City of Leoti");
  expect(newsText([{ ...city, fields: ["City", "Name"] }])).toBe("Ann changed 2 fields of Leoti");
  expect(newsText([{ ...city, kind: "add" }])).toBe("Ann added Leoti");
  expect(newsText([{ ...city, kind: "delete", fields: [] }])).toBe("Ann deleted Leoti");
});

test("of many only the first; the others by number and by who", () => {
  const by = (who: string): Heard => ({ ...city, who });
  expect(newsText([city, by("Ben")])).toBe("Ann changed City of Leoti; 1 more change by Ben");
  expect(newsText([city, city, city])).toBe("Ann changed City of Leoti; 2 more changes by Ann");
  expect(newsText([city, by("Ann"), by("Ben"), by("Ben"), by("Ann")])).toBe(
    "Ann changed City of Leoti; 4 more changes by 2 people",
  );
});
