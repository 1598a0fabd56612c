/**
 * Everything the page says, in one place, by part of the page. A sentence with a number or a name is a function.
 *
 * The server's own sentences (a refusal's reason) come over the wire and are shown as they are; the Data Grid's and
 * Material UI's own texts follow the browser's language.
 */

const number = new Intl.NumberFormat();

/** "1 record", "28,298 records". */
const counted = (count: number, one: string, many: string): string =>
  `${number.format(count)} ${count === 1 ? one : many}`;

export const texts = {
  app: {},

  connection: {},

  fields: {},

  query: {
    operators: {
      contains: "contains",
      not_contains: "does not contain",
      is: "is",
      is_not: "is not",
      starts_with: "starts with",
      ends_with: "ends with",
      equal: "=",
      not_equal: "≠",
      less: "<",
      at_most: "≤",
      more: ">",
      at_least: "≥",
      between: "is between",
      before: "is before",
      after: "is after",
      on_or_before: "is on or before",
      on_or_after: "is on or after",
      within: "is within",
      any_of: "is any of",
      none_of: "is none of",
      has_any_of: "has any of",
      has_all_of: "has all of",
      has_none_of: "has none of",
      yes: "is yes",
      no: "is no",
      empty: "is empty",
      not_empty: "is not empty",
    },
    spans: {
      today: "today",
      yesterday: "yesterday",
      tomorrow: "tomorrow",
      this_week: "this week",
      last_week: "last week",
      next_week: "next week",
      this_month: "this month",
      last_month: "last month",
      next_month: "next month",
      this_year: "this year",
      last_year: "last year",
      next_year: "next year",
      past_days: "the past … days",
      next_days: "the next … days",
    },
    pastDays: (days: number) => `the past ${counted(days, "day", "days")}`,
    nextDays: (days: number) => `the next ${counted(days, "day", "days")}`,
    quoted: (text: string) => `“${text}”`,
    range: (from: string, to: string) => `${from} and ${to}`,
    condition: (field: string, operator: string, value: string) =>
      [field, operator, value].filter(Boolean).join(" "),
    sortedBy: (field: string, descending: boolean) => `${field}, ${descending ? "descending" : "ascending"}`,
    unknownField: (field: string) => `There is no field “${field}” any more; this is left out.`,
    unknownOperator: (field: string) => `${field} cannot be asked this; it is left out.`,
    incomplete: (field: string) => `Say what ${field} is to be compared with; until then this is left out.`,
  },

  grid: {
    records: (count: number) => counted(count, "record", "records"),
  },

  editors: {},

  record: {},
};
