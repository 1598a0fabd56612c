import { readFileSync } from "node:fs";
import type { FieldDescription, FieldType, Fields, Json } from "../src/protocol.ts";

const TYPES: Readonly<Record<string, FieldType>> = {
  elevation: "integer",
  lat: "number",
  lon: "number",
};

/** The sample's lines as arrays of values; each is one of JSON, but for a few with quotes inside, which are left out. */
function lines(): readonly (readonly Json[])[] {
  return readFileSync("../server/samples/airports.csv", "utf8") // npm runs this in webapp/
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(`[${line}]`) as readonly Json[]];
      } catch {
        return [];
      }
    });
}

const [header = [], ...airports] = lines();
const names = header.map(String);

export const FIELDS: readonly FieldDescription[] = names.map((name) => ({
  name,
  label: name,
  type: TYPES[name] ?? "text",
  required: false,
  read_only: false,
  default: null,
}));

/** The fields of so many records: the sample's own, and then the same with other names and places. */
export function* airportFields(count: number): Generator<Fields> {
  for (let index = 0; index < count; index += 1) {
    const round = Math.floor(index / airports.length);
    const values = airports[index % airports.length] ?? [];
    const fields = Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
    if (round > 0) {
      fields["name"] = `${fields["name"]} ${round}`;
      fields["lat"] = Number(fields["lat"]) + round / 10;
    }
    yield Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));
  }
}

export const AIRPORTS = airports.length;
