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

  fields: {
    yes: "Yes",
    no: "No",
    record: "Record",
    quoted: (text: string) => `“${text}”`,
    part: (whole: string, part: string) => `${whole} › ${part}`,
    element: (list: string, number: number) => `${list}, element ${number}`,
    reason: (label: string, why: string) => `${label}: ${why}`,
    required: (label: string) => `${label} is required.`,
    tooFew: (label: string, least: number, unit: string) => `${label} must have at least ${least} ${unit}.`,
    tooMany: (label: string, most: number, unit: string, has: number) =>
      `${label} must have at most ${most} ${unit}; it has ${has}.`,
    characters: "characters",
    elements: "elements",
    choices: "choices",
    atLeast: (label: string, bound: string) => `${label} must be at least ${bound}.`,
    atMost: (label: string, bound: string) => `${label} must be at most ${bound}.`,
    moreThan: (label: string, bound: string) => `${label} must be more than ${bound}.`,
    lessThan: (label: string, bound: string) => `${label} must be less than ${bound}.`,
    notText: (label: string) => `${label} must be text.`,
    notOfForm: (label: string) => `${label} does not have the expected form.`,
    notReadAsNumber: (label: string, written: string, comma: boolean) =>
      `${label}: ${written} is not a number; ${
        comma ? "use a point for decimals and nothing between thousands" : "write it like 12.5"
      }.`,
    notNumber: (label: string) => `${label} must be a number.`,
    notWhole: (label: string) => `${label} must be a whole number.`,
    notReadAsDecimal: (label: string) => `${label}: write a decimal number like 12.50.`,
    notDecimal: (label: string) => `${label} must be a decimal number of at most 40 characters, like 12.50.`,
    tooPrecise: (label: string, places: number) =>
      `${label} may have at most ${places} digits after the point.`,
    notDate: (label: string) => `${label} must be a whole date, like 2026-07-30.`,
    notMoment: (label: string) => `${label} must be a whole date and time.`,
    notEmail: (label: string) => `${label} must be an e-mail address, like ann@example.org.`,
    notUrl: (label: string) => `${label} must be an address that starts with http:// or https://.`,
    notYesOrNo: (label: string) => `${label} must be yes or no.`,
    notAnOption: (label: string, value: string) => `${label}: ${value} is not one of the choices.`,
    notOptions: (label: string) => `${label} must be a list of choices.`,
    notJson: (label: string, why: string, example: string) =>
      `${label} is not valid JSON: ${why}. Write it like ${example}.`,
    notList: (label: string) => `${label} must be a list, like ["one", "two"].`,
    notObject: (label: string, example: string) => `${label} must be an object, like ${example}.`,
    unknownPart: (label: string, stranger: string, known: string) =>
      `${label} has no “${stranger}”; it has ${known}.`,
  },

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
