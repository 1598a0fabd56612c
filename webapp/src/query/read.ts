import type { Json } from "../protocol.ts";
import type { Filter, Group } from "./query.ts";

// An address is written by anybody: what is read from it is cut down to what a query may be, and never throws.

const MOST_DEPTH = 8;
const MOST_CONDITIONS = 100;
const MOST_TEXT = 1000;
const MOST_VALUES = 500;

type Members = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A filter from an address; null if it is none. Of what it holds, rubbish is dropped. */
export function readFilter(json: unknown): Group | null {
  let left = MOST_CONDITIONS;

  function readGroup({ join, of }: Members, depth: number): Group {
    const all: readonly unknown[] = Array.isArray(of) ? of : [];
    const filters: Filter[] = [];
    for (const each of all) {
      if (left <= 0) break;
      const filter = isObject(each) ? readOne(each, depth) : null;
      if (filter !== null) filters.push(filter);
    }
    return { join: join === "or" ? "or" : "and", of: filters };
  }

  function readOne(each: Members, depth: number): Filter | null {
    left -= 1; // groups count too: an empty one costs as much
    if ("of" in each) return depth < MOST_DEPTH ? readGroup(each, depth + 1) : null;
    const { field, op, value } = each;
    if (typeof field !== "string" || typeof op !== "string") return null;
    return { field: field.slice(0, MOST_TEXT), op: op.slice(0, MOST_TEXT), value: readValue(value) };
  }

  return isObject(json) && Array.isArray(json["of"]) ? readGroup(json, 1) : null;
}

/** The value of a condition: a scalar, or a list or an object of scalars; null for anything else. */
function readValue(value: unknown): Json {
  if (Array.isArray(value)) return value.slice(0, MOST_VALUES).map(readScalar);
  if (!isObject(value)) return readScalar(value);
  const members = Object.entries(value).slice(0, MOST_VALUES);
  return Object.fromEntries(members.map(([name, each]) => [name, readScalar(each)]));
}

function readScalar(value: unknown): Json {
  if (typeof value === "string") return value.slice(0, MOST_TEXT);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "boolean" ? value : null;
}
