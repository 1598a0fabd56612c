import { texts } from "../../texts.ts";

/** One remote change as it is told: who did what, in words that people use for it. */
export interface Heard {
  readonly who: string;
  readonly kind: "add" | "update" | "delete";
  /** what the record is called */
  readonly record: string;
  /** labels of the fields that changed */
  readonly fields: readonly string[];
}

function sentence({ who, kind, record, fields }: Heard): string {
  const { grid } = texts;
  if (kind === "add") return grid.heardAdd(who, record);
  if (kind === "delete") return grid.heardDelete(who, record);
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return grid.heardChange(who, only, record);
  return grid.heardChanges(who, fields.length, record);
}

/** The first in full, the others by their number: what is heard must not take longer than what happens. */
export function newsText(news: readonly Heard[]): string {
  const [first, ...others] = news;
  if (first === undefined) return "";
  if (others.length === 0) return sentence(first);
  const people = [...new Set(others.map(({ who }) => who))];
  const by = people.length === 1 ? people.join() : texts.grid.people(people.length);
  return `${sentence(first)}; ${texts.grid.heardMore(others.length, by)}`;
}
