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
  app: {
    name: "Tandem",
    /** document.title */
    title: (grids: readonly string[]) => [...new Set(grids), "Tandem"].join(" · "),
    sides: { left: "Left", right: "Right" },
    pane: (side: string, title: string) => `${side}: ${title}`,
    gridOn: (side: "left" | "right") => `Grid on the ${side}`,
    tabs: "Grids",
    twoPanes: "Two grids side by side",
    split: "Width of the left pane",

    grids: {
      open: "List of grids",
      title: "Grids",
      close: "Close the list",
      where: "Open on the",
      none: "This server has no grids yet.",
      asking: "Asking for the grids…",
      shown: { left: "Left", right: "Right", both: "Both sides", alone: "Open" },
      failed: "The list of grids cannot be read.",
      noAnswer: "The server did not answer.",
      again: "Ask again",
    },

    /** in place of the Data Grid's own English */
    dataGrid: {
      noRows: "No records yet",
      rowsPerPage: "Records per page:",
    },

    appearance: {
      title: "Appearance",
      modes: { light: "Light", dark: "Dark", system: "As the system" },
    },

    noGrids: {
      title: "There is no grid here yet",
      what: "A grid is a collection of records that stays live for everyone who looks at it. There are two ways to make one:",
      fromFile: "From a CSV file: import it beside the running server.",
      importCommand: ".venv/bin/python -m server import people.csv --grid people --title People",
      fromSchema: "From a marshmallow schema: put it in a module, books.py for example,",
      schema: [
        "from marshmallow import Schema, fields",
        "",
        "",
        "class BookSchema(Schema):",
        "    class Meta:",
        '        grid = "books"',
        '        title = "Books"',
        "",
        "    title = fields.String(required=True)",
        "    price = fields.Decimal(places=2)",
      ].join("\n"),
      startWith: "and start the server with it:",
      startCommand: "GRIDS=books .venv/bin/python -m server",
      look: "Look again",
    },

    pending: {
      title: "Waiting for the server",
      what: "The records come as soon as it answers.",
    },
    loading: "Loading records",
    loaded: (title: string) => `${title}: all records are here`,
    loadingCount: (count: number, expected: number) =>
      `Loading ${number.format(count)} of ${counted(expected, "record", "records")}`,

    cannotOpen: {
      not_found: "No such grid",
      forbidden: "This grid is not open to you",
      other: "This grid cannot be opened",
      choose: "Choose another grid",
    },
    tooLarge: {
      title: "This grid is too large for the browser",
      what: (count: number, max: number) =>
        `It has ${counted(count, "record", "records")}; a browser opens up to ${number.format(max)} here. You can take all of them as a file.`,
      download: "Export as CSV",
      failed: (why: string) => `The export failed: ${why}`,
    },

    defect: {
      page: "This page has a defect and stopped showing the grids",
      pane: "This pane has a defect and stopped showing its grid",
      kept: "Your edits are kept in this browser; the page sends them when it is opened again.",
      unsent: "What the server has not taken yet, as text, in case you want to keep it elsewhere too:",
      unsentLabel: "Unsent edits",
      again: "Show the grid again",
      reload: "Reload the page",
    },
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: press Ctrl+C",

    help: {
      open: "Keyboard shortcuts",
      title: "Keyboard shortcuts",
      close: "Close",
      /** Keys to be pressed together are one text; several texts are several ways, or several steps. */
      parts: [
        {
          title: "In a grid",
          rows: [
            { keys: ["↑", "↓", "←", "→"], what: "Move from cell to cell" },
            { keys: ["Enter", "F2"], what: "Edit the cell" },
            { keys: ["A–Z, 0–9"], what: "Type over what is in the cell" },
            { keys: ["Delete", "Backspace"], what: "Clear the cell" },
            { keys: ["Space"], what: "Open the record; in a cell of yes or no, change it" },
            { keys: ["Page Up", "Page Down"], what: "Scroll by a screen" },
            { keys: ["Ctrl+Home", "Ctrl+End"], what: "First and last cell of the page" },
            { keys: ["Shift+click on a header"], what: "Sort by this column too" },
          ],
        },
        {
          title: "While editing",
          rows: [
            { keys: ["Enter"], what: "Save and go down" },
            { keys: ["Tab", "Shift+Tab"], what: "Save and go right, or left" },
            { keys: ["Escape"], what: "Leave the cell as it was" },
            { keys: ["Shift+Enter"], what: "New line in a long text or a list" },
          ],
        },
        {
          title: "On the page",
          rows: [
            { keys: ["/"], what: "Search in the grid" },
            { keys: ["F6", "Shift+F6"], what: "Go to the other pane" },
            { keys: ["?"], what: "Show these shortcuts" },
          ],
        },
      ],
    },
  },

  connection: {
    title: "Connection",
    live: "Live",
    connecting: "Connecting…",
    offline: "Offline",
    refused: "Not connected",
    reconnecting: "Reconnecting…",
    reconnectingIn: (seconds: number) => `Reconnecting in ${seconds} s`,
    spoken: {
      live: "Live",
      connecting: "Connecting",
      offline: "Offline",
      reconnecting: "Reconnecting",
    },
    unsent: (count: number, storing: boolean) =>
      ` · ${counted(count, "unsent edit", "unsent edits")}${storing ? ", being stored" : ""}`,
    noReason: "The server refused the connection.",
    now: "now",
    retry: "Try to reconnect now",
    retryRefused: "Try again",
    about: {
      live: "Everything you see is as the server has it.",
      connecting: "The page is looking for the server.",
      offline: "This device has no network. The page connects by itself when it is back.",
      reconnecting: "The connection was lost. The page connects by itself as soon as the server is there.",
      refused: "The server refused the connection.",
    },
    kept: "Unsent edits are kept in this browser: they are sent even if this tab is closed.",
    notKept: "This browser keeps nothing: unsent edits are lost when this tab is closed.",
  },

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
    add: "Add record",
    notSaved: (count: number) => `${number.format(count)} not saved`,
    dismiss: "Dismiss",

    open: (title: string) => `Open ${title}`,
    openThis: "Open record",
    openColumn: "Open",
    /** a record that has no text to be called by */
    untitled: "record without a title",

    noRecords: "No records yet",
    noRecordsHint: "Add the first one here. A CSV file becomes a grid of its own:",
    importCommand: "python -m server import people.csv",
    noMatches: "No record matches",
    showAll: "Clear filter and search",
    comingIn: "Records are coming in…",

    selected: (count: number) => `${counted(count, "record", "records")} selected`,
    selectMatching: (count: number) => `Select all ${number.format(count)} matching`,
    selectAll: (count: number) => `Select all ${number.format(count)}`,
    clearSelection: "Clear selection",
    duplicate: (count: number) =>
      count === 1 ? "Duplicate record" : `Duplicate ${number.format(count)} records`,
    delete: (count: number) => (count === 1 ? "Delete record" : `Delete ${number.format(count)} records`),
    askDelete: (count: number) => `Delete ${counted(count, "record", "records")}?`,
    askDuplicate: (count: number) => `Duplicate ${counted(count, "record", "records")}?`,
    beyondPage: "They are not all on this page.",
    everyoneSees: "Everyone who looks at this grid will see it at once.",
    cancel: "Cancel",
    deleted: (count: number) => `Deleted ${counted(count, "record", "records")}`,
    duplicated: (count: number) => `Duplicated ${counted(count, "record", "records")}`,
    undo: "Undo",
    undone: "Undone",
    restore: "Restore record",
    recordActions: "Record",

    /** what waits until the pane settles: "3 moved, 1 new, 1 no longer matches" */
    moved: (count: number) => `${number.format(count)} moved`,
    entered: (count: number) => `${number.format(count)} new`,
    left: (count: number) => `${number.format(count)} no longer ${count === 1 ? "matches" : "match"}`,
    gone: (count: number) => `${number.format(count)} deleted`,
    settle: (what: string) => `${what}: show them where they belong`,

    pending: "not confirmed yet",
    refused: (reason: string) => `not saved: ${reason}`,
    conflict: (told: string) => `Conflict, ${told}`,
    changedBy: (who: string) => `changed by ${who}`,
    addedBy: (who: string) => `added by ${who}`,
    deletedBy: (who: string) => `deleted by ${who}`,
    wasDeleted: "deleted",

    /** of the live region: "Ann changed City of Leoti; 4 more changes by 2 people" */
    heardChange: (who: string, field: string, record: string) => `${who} changed ${field} of ${record}`,
    heardChanges: (who: string, fields: number, record: string) =>
      `${who} changed ${counted(fields, "field", "fields")} of ${record}`,
    heardAdd: (who: string, record: string) => `${who} added ${record}`,
    heardDelete: (who: string, record: string) => `${who} deleted ${record}`,
    heardMore: (count: number, by: string) => `${counted(count, "more change", "more changes")} by ${by}`,
    people: (count: number) => counted(count, "person", "people"),
  },

  panels: {
    bar: "View",
    search: "Search all fields",
    searchHint: "Search",
    clearSearch: "Clear search",
    filter: "Filter",
    filterState: (count: number) =>
      count === 0 ? "Filter" : `Filter, ${counted(count, "condition", "conditions")}`,
    sort: "Sort",
    sortState: (count: number) => (count === 0 ? "Sort" : `Sort, ${counted(count, "field", "fields")}`),
    fields: "Fields",
    /** of all fields, how many are shown: "13/15" */
    shownOf: (shown: number, all: number) => `${number.format(shown)}/${number.format(all)}`,
    fieldsState: (hidden: number) => (hidden === 0 ? "Fields" : `Fields, ${number.format(hidden)} hidden`),
    density: "Density",
    densityState: (name: string) => `Density, ${name.toLowerCase()}`,
    densities: { compact: "Compact", standard: "Standard", comfortable: "Comfortable" },
    close: "Close",
    clear: "Clear all",
    field: "Field",
    noSuchField: (name: string) => `${name} (no such field)`,

    noConditions: "All records are shown.",
    addCondition: "Add condition",
    addGroup: "Add group",
    condition: (place: string) => `Condition ${place}`,
    group: (place: string) => `Group ${place}`,
    removeCondition: (place: string) => `Remove condition ${place}`,
    removeGroup: (place: string) => `Remove group ${place}`,
    where: "where",
    join: "Join conditions by",
    joins: { and: "and", or: "or" },
    joinMeanings: { and: "All of these", or: "Any of these" },
    operator: "Operator",
    unknownOperator: (op: string) => `${op} (unknown)`,
    value: "Value",
    from: "From",
    to: "To",
    choices: "Choices",
    days: "Days",

    noSort: "Records stand in the order they were made.",
    addSort: "Add field",
    direction: "Direction",
    /** from low to high, and the other way */
    directions: {
      words: ["A → Z", "Z → A"],
      numbers: ["1 → 9", "9 → 1"],
      moments: ["earliest → latest", "latest → earliest"],
      options: ["first → last", "last → first"],
      answers: ["no → yes", "yes → no"],
    } as const,
    /** "A → Z" as it is heard */
    directionHeard: (descending: boolean, shown: string) =>
      `${descending ? "descending" : "ascending"}, ${shown.replace("→", "to")}`,
    moveUp: (label: string) => `Move ${label} up`,
    moveDown: (label: string) => `Move ${label} down`,
    moved: (label: string, place: number, of: number) => `${label} is now ${place} of ${of}`,
    removeSort: (label: string) => `Remove ${label}`,
    sortPlace: (place: number, label: string) => `${place}. ${label}`,

    findField: "Find a field",
    noFieldFound: "No field has that in its name.",
    showAll: "Show all",
    hideAll: "Hide all",
    oneStays: "One field stays shown.",

    sortAscending: "Sort ascending",
    sortDescending: "Sort descending",
    addToSort: "Add to sort",
    removeFromSort: "Remove from sort",
    filterBy: "Filter by this field…",
    hideField: "Hide field",
    sorted: (descending: boolean, place: number, of: number) =>
      `sorted ${descending ? "descending" : "ascending"}, ${place} of ${of}`,
    required: "Required",
  },

  editors: {},

  record: {},
};
