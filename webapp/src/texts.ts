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
    download: "Export as CSV",
    downloadThis: (title: string) => `Export ${title} as CSV`,
    downloadFailed: (why: string) => `The export failed: ${why}`,
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
            { keys: ["Tab", "Shift+Tab"], what: "Right and left; from the end of the row out of the grid" },
            { keys: ["Enter", "F2"], what: "Edit the cell" },
            { keys: ["A–Z, 0–9"], what: "Type over what is in the cell" },
            { keys: ["Delete", "Backspace"], what: "Clear the cell" },
            { keys: ["Ctrl+V"], what: "Paste one value into the cell" },
            { keys: ["Space"], what: "Open the record; in a cell of yes or no, change it" },
            { keys: ["Page Up", "Page Down"], what: "Scroll by a screen" },
            { keys: ["Ctrl+Home", "Ctrl+End"], what: "First and last cell of the page" },
            { keys: ["Shift+Space"], what: "Select the record" },
            { keys: ["Shift+F10"], what: "What can be done with the record" },
            { keys: ["Shift+click", "Shift+Enter"], what: "On a header: sort by this column too" },
            { keys: ["Ctrl+Enter"], what: "On a header: its menu; on a value not saved: why" },
          ],
        },
        {
          title: "While editing",
          rows: [
            { keys: ["Enter"], what: "Save and go down" },
            { keys: ["Tab", "Shift+Tab"], what: "Save and go right, or left" },
            { keys: ["Escape"], what: "Leave the cell as it was" },
            { keys: ["Shift+Enter"], what: "Save and go up; in a long text a new line" },
            { keys: ["Ctrl+Enter"], what: "In a dialog: save" },
            { keys: ["Alt+↓", "F4"], what: "In a date: its calendar" },
            { keys: ["Ctrl+;"], what: "In a selected date: today, or now" },
          ],
        },
        {
          title: "On the page",
          rows: [
            { keys: ["Alt+↑", "Alt+↓"], what: "In an open record: the one before, or after" },
            { keys: ["Ctrl+Z"], what: "Undo what you did last, in either grid" },
            { keys: ["Ctrl+Y", "Ctrl+Shift+Z"], what: "Do again what was undone" },
            { keys: ["/"], what: "Search in the grid; ↓ leads from there to what was found" },
            { keys: ["F6", "Shift+F6"], what: "Go to the other pane" },
            { keys: ["?"], what: "Show these shortcuts" },
          ],
        },
      ],
    },
  },

  people: {
    /** On a cell's outline. */
    label: (name: string, editing: boolean, more: number) =>
      [name, editing && "…", more > 0 && `+${number.format(more)}`].filter(Boolean).join(" "),
    /** Of a cell, for those who do not see the outline. */
    here: ({ name, editing }: { readonly name: string; readonly editing: boolean }) =>
      editing ? `${name} is editing this` : `${name} is here`,
    title: "People",
    open: (others: number) =>
      others === 0 ? "Only you are here" : `You and ${counted(others, "other", "others")}`,
    you: "Your name, as the others see it",
    ask: "What is your name?",
    save: "Save",
    alone: "Nobody else is here now.",
    /** "city of KDEN in Airports, editing" */
    at: (field: string, record: string | null, grid: string, editing: boolean) =>
      `${field}${record === null ? "" : ` of ${record}`} in ${grid}${editing ? ", editing" : ""}`,
    looking: (grid: string) => `looks at ${grid}`,
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
    kept: "Unsent edits are kept in this browser, even if this tab is closed, and sent as soon as the page is open and live again.",
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
    notAmong: (label: string, value: string, known: string, more: boolean) =>
      `${label}: ${value} is not one of the choices: ${known}${more ? ", …" : "."}`,
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
    unknownField: (field: string) => `There is no field “${field}” any more; this is left out.`,
    unknownOperator: (field: string) => `${field} cannot be asked this; it is left out.`,
    incomplete: (field: string) => `Say what ${field} is to be compared with; until then this is left out.`,
  },

  grid: {
    records: (count: number) => counted(count, "record", "records"),
    nowHidden: "The record that you left does not match the filter or the search",
    nowElsewhere: "The record that you left went to its place in the order",
    openIt: "Open it",
    goToIt: "Go to it",
    recordsOf: (count: number, total: number) => `${number.format(count)} of ${number.format(total)}`,
    loadingCount: (count: number, expected: number) =>
      `Loading ${number.format(count)} of ${counted(expected, "record", "records")}`,
    add: "Add record",
    addFirst: "Add the first record",
    notSaved: (count: number) => `${number.format(count)} not saved`,
    dismiss: "Dismiss",

    open: (title: string) => `Open ${title}`,
    openThis: "Open record",
    openColumn: "Open",
    /** a record that has no text to be called by */
    untitled: "record without a title",

    noRecords: "No records yet",
    noRecordsHint: "A CSV file becomes a grid of its own:",
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
    notTaken: "not saved",
    pasteOne: "Only one value can be pasted yet; several were copied, so nothing was pasted.",
    notSavedValue: (value: string, reason: string) => `“${value}” was not saved: ${reason}`,
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

  /** undo ("before") and redo ("after"); a step is called by what it was: "Undo: edit of City" */
  undo: {
    nothing: { before: "Nothing to undo", after: "Nothing to redo" },
    would: { before: (what: string) => `Undo: ${what}`, after: (what: string) => `Redo: ${what}` },
    did: { before: (what: string) => `Undone: ${what}`, after: (what: string) => `Redone: ${what}` },
    edit: (field: string) => `edit of ${field}`,
    editFields: (count: number) => `edit of ${counted(count, "field", "fields")}`,
    editRecords: (count: number) => `edit of ${counted(count, "record", "records")}`,
    add: (count: number) => (count === 1 ? "new record" : `${number.format(count)} new records`),
    delete: (count: number) => `delete of ${counted(count, "record", "records")}`,
    restore: (count: number) => `restore of ${counted(count, "record", "records")}`,
    inGrid: (what: string, title: string) => `${what} in ${title}`,
    skipped: (count: number) =>
      `${counted(count, "later step was", "later steps were")} never saved, and passed over`,
    leftAlone: (turned: number, left: number) =>
      `Undo: ${turned > 0 ? `${number.format(turned)} done, ` : ""}${number.format(left)} left alone`,
    show: "Show",
    title: "Left alone by undo",
    why: "What others have changed since is not touched.",
    place: (field: string, record: string) => `${field} of ${record}`,
    now: "Now:",
    changed: "It has been changed since.",
    more: (count: number) => `and ${number.format(count)} more`,
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
    hidden: "hidden",
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

  editors: {
    none: "No value",
    empty: "(empty)",
    emptyList: "empty",
    enterSaves: "Enter saves · Shift+Enter starts a new line",
    pickDate: (label: string) => `Choose ${label} in a calendar`,
    offset: (offset: string) => `Offset from UTC: ${offset}`,
    noMatch: "No choice matches",
    item: (place: number) => `Item ${place}`,
    addItem: "Add item",
    removeItem: (place: number) => `Remove item ${place}`,
    moveUp: (place: number) => `Move item ${place} up`,
    moveDown: (place: number) => `Move item ${place} down`,
    noItems: "Nothing in it yet.",
    asJson: "What is stored here does not fit the description of this field, so it is shown as JSON.",
    badJson: (label: string, why: string) => `${label} is not valid JSON: ${why}`,
    save: "Save",
    ctrlEnterSaves: "Ctrl+Enter saves",
    discardTitle: "Discard changes?",
    discardText: "What you have written is not saved.",
    discard: "Discard",
    keepEditing: "Keep editing",
  },

  record: {
    untitled: "Record without a title",
    addTo: (title: string) => `Add to ${title}`,
    add: "Add record",
    cancel: "Cancel",
    close: "Close",
    readOnly: "Read only",
    pending: "Not sent yet",
    position: (index: number, count: number) => `${number.format(index + 1)} of ${number.format(count)}`,
    previous: "Previous record",
    next: "Next record",
    copyLink: "Copy link to this record",
    linkCopied: "Link copied",
    linkToCopy: "Link to this record",
    duplicate: "Duplicate record",
    delete: "Delete record",
    restore: "Restore",
    deleted: "This record has been deleted.",
    gone: "This record is not in this grid.",
    changedMeanwhile: (name: string, value: string) => `${name} changed this to “${value}”`,
    notSavedField: (label: string) => `${label} was not saved`,
    yours: "Yours:",
    theirs: "Theirs:",
    somebody: "Somebody",
    changedBy: (name: string) => `Changed by ${name}`,
    deletedBy: (name: string) => `Deleted by ${name}`,
    keepMine: "Keep mine",
    takeTheirs: "Take theirs",
    restoreWithEdit: "Restore with my edit",
    letGo: "Let go",
    deleteAnyway: "Delete anyway",
    keepRecord: "Keep the record",
    tryAgain: "Try again",
    editAgain: "Edit again",
    discard: "Discard",
    notSaved: "Not saved",
    showRecord: "Show record",
    newRecord: "New record",
    edit: "Edit",
    remove: "Delete",
    bringBack: "Restore",
  },

  /** what has been done in a grid, by whom and when */
  history: {
    /** between the old value and the new one, for those who do not see the arrow */
    became: " became ",
  },
};
