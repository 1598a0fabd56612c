import {
  DENSITIES,
  PAGE_SIZES,
  PLAIN_PAGE,
  PLAIN_PANE,
  SIDES,
  type PageState,
  type PaneState,
  type Side,
} from "./paneState.ts";
import { NO_FILTER, type Group, type SortItem } from "./query.ts";
import { readFilter } from "./read.ts";

/** How one part of a state stands in the address. */
interface Param<T> {
  /** behind the side's name: `left.sort` */
  readonly name: string;
  readonly write: (value: T) => string;
  /** undefined for rubbish: then the default holds */
  readonly read: (text: string) => T | undefined;
}

/** The narrowest and the widest that a column in an address may ask for, in pixels. */
const WIDTHS = [30, 2_000] as const;
const SPLITS = [5, 95] as const;

function within(value: number, [least, most]: readonly [number, number]): number | undefined {
  return value >= least && value <= most ? value : undefined;
}

const whole = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN);

/** One of a list, by its text. */
const oneOf =
  <T extends string | number>(known: readonly T[]) =>
  (text: string): T | undefined =>
    known.find((each) => String(each) === text);

// ---- lists of field names, which may hold anything: what parts the list is escaped in them

const escaped = (name: string): string =>
  name.replaceAll(/[%,:]|^-/g, (sign) => `%${sign.codePointAt(0)!.toString(16).toUpperCase()}`);

const plain = (text: string): string =>
  text.replaceAll(/%(25|2C|3A|2D)/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

const items = (text: string): string[] => text.split(",").filter(Boolean);

const writeNames = (names: readonly string[]): string => names.map(escaped).join(",");
const readNames = (text: string): string[] => [...new Set(items(text).map(plain))];

const writeSort = (sort: readonly SortItem[]): string =>
  sort.map(({ field, descending }) => (descending ? "-" : "") + escaped(field)).join(",");

function readSort(text: string): SortItem[] {
  const read = items(text).map((item) => {
    const descending = item.startsWith("-");
    return { field: plain(descending ? item.slice(1) : item), descending };
  });
  const first = (item: SortItem, at: number) => read.findIndex(({ field }) => field === item.field) === at;
  return read.filter((item, at) => item.field !== "" && first(item, at));
}

const writeWidths = (widths: PaneState["widths"]): string =>
  Object.entries(widths)
    .map(([name, width]) => `${escaped(name)}:${Math.round(width)}`)
    .join(",");

function readWidths(text: string): Record<string, number> {
  const pairs = items(text).flatMap((item) => {
    const [name, width, ...more] = item.split(":");
    const pixels = within(whole(width ?? ""), WIDTHS);
    return name && pixels !== undefined && more.length === 0 ? [[plain(name), pixels] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function filterOf(text: string): Group | undefined {
  try {
    const filter = readFilter(JSON.parse(text));
    return filter === null || filter.of.length === 0 ? NO_FILTER : filter;
  } catch {
    return undefined; // no JSON
  }
}

// ---- the parts

const orNull: Pick<Param<string | null>, "read" | "write"> = {
  write: (value) => value ?? "",
  read: (text) => text || undefined,
};

/** A part of a pane's state that is forgotten here does not compile. */
const PARAMS: { readonly [Part in keyof PaneState]: Param<PaneState[Part]> } = {
  grid: { name: "", ...orNull },
  sort: { name: ".sort", write: writeSort, read: readSort },
  filter: {
    name: ".filter",
    write: (filter) => (filter.of.length === 0 ? "" : JSON.stringify(filter)),
    read: filterOf,
  },
  search: { name: ".q", write: (text) => text, read: (text) => text },
  page: {
    name: ".page",
    write: (page) => String(page + 1), // people count from 1
    read: (text) => (whole(text) > 0 ? whole(text) - 1 : undefined),
  },
  pageSize: { name: ".size", write: String, read: oneOf(PAGE_SIZES) },
  hidden: { name: ".hide", write: writeNames, read: readNames },
  widths: { name: ".width", write: writeWidths, read: readWidths },
  density: { name: ".density", write: String, read: oneOf(DENSITIES) },
  record: { name: ".record", ...orNull },
};

const PARTS = Object.keys(PARAMS) as readonly (keyof PaneState)[];
const PANES: Param<PageState["panes"]> = { name: "panes", write: String, read: oneOf([1, 2]) };
const SPLIT: Param<number> = {
  name: "split",
  write: (split) => String(Math.round(split * 10) / 10),
  read: (text) => (/^\d{1,2}(\.\d)?$/.test(text) ? within(Number(text), SPLITS) : undefined),
};

const OURS: ReadonlySet<string> = new Set([
  PANES.name,
  SPLIT.name,
  ...SIDES.flatMap((side) => PARTS.map((part) => side + PARAMS[part].name)),
]);

const textOf = <Part extends keyof PaneState>(part: Part, pane: PaneState): string =>
  PARAMS[part].write(pane[part]);

/** What `before` has already stays the same object: who looks at a part of the state sees no change of it. */
function readPane(params: URLSearchParams, side: Side, before: PaneState): PaneState {
  const read = <Part extends keyof PaneState>(part: Part): PaneState[Part] => {
    const { name, read, write } = PARAMS[part];
    const text = params.get(side + name);
    const value = (text === null ? undefined : read(text)) ?? PLAIN_PANE[part];
    return write(value) === write(before[part]) ? before[part] : value;
  };
  const pane = Object.fromEntries(PARTS.map((part) => [part, read(part)])) as unknown as PaneState;
  return PARTS.every((part) => pane[part] === before[part]) ? before : pane;
}

/** The page as an address's `search` has it. Rubbish in it is not there. */
export function readAddress(search: string, before: PageState = PLAIN_PAGE): PageState {
  const params = new URLSearchParams(search);
  const panes = PANES.read(params.get(PANES.name) ?? "") ?? PLAIN_PAGE.panes;
  return {
    panes,
    split: SPLIT.read(params.get(SPLIT.name) ?? "") ?? PLAIN_PAGE.split,
    left: readPane(params, "left", before.left),
    right: panes === 1 ? PLAIN_PANE : readPane(params, "right", before.right),
  };
}

/** As `encodeURIComponent`, but readable: what an address may hold as it is stays so. */
const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll("%20", "+")
    .replaceAll("'", "%27") // as the browser itself has it then
    .replaceAll(/%(2C|3A|2F|40)/g, (code) => decodeURIComponent(code));

/** The `search` of an address that shows this; what else stands in `search` stays. Only what is not the default. */
export function writeAddress(state: PageState, search = ""): string {
  const said: string[] = [];
  const say = (name: string, text: string, usual: string) => {
    if (text !== usual) said.push(`${name}=${encoded(text)}`);
  };
  for (const side of SIDES.slice(0, state.panes))
    for (const part of PARTS)
      say(side + PARAMS[part].name, textOf(part, state[side]), textOf(part, PLAIN_PANE));
  say(PANES.name, PANES.write(state.panes), PANES.write(PLAIN_PAGE.panes));
  say(SPLIT.name, SPLIT.write(state.split), SPLIT.write(PLAIN_PAGE.split));
  const others = search.replace(/^\?/, "").split("&").filter((pair) => pair !== "" && !isOurs(pair)); // prettier-ignore
  const all = [...said, ...others].join("&");
  return all === "" ? "" : `?${all}`;
}

const isOurs = (pair: string): boolean => [...new URLSearchParams(pair).keys()].every((key) => OURS.has(key));
