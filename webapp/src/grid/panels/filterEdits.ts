import { isGroup, type Filter, type Group } from "../../query/query.ts";

/** Where something stands in a group: the place in it, then in the group found there, and so on. */
export type Path = readonly number[];

/** How deep groups may be nested here; a link may carry deeper ones, which are shown as they are. */
export const DEEPEST = 3;

/** The filter at a path, the group itself at the empty one; undefined where there is none. */
export function filterAt(group: Group, path: Path): Filter | undefined {
  let found: Filter | undefined = group;
  for (const place of path) found = found !== undefined && isGroup(found) ? found.of[place] : undefined;
  return found;
}

/** The group with what stands at a path changed; unchanged where nothing stands there. */
function changeAt(group: Group, path: Path, change: (found: Filter) => readonly Filter[]): Group {
  const [place, ...rest] = path;
  const found = place === undefined ? undefined : group.of[place];
  if (place === undefined || found === undefined) return group;
  if (rest.length === 0) return { ...group, of: group.of.toSpliced(place, 1, ...change(found)) };
  return isGroup(found) ? { ...group, of: group.of.with(place, changeAt(found, rest, change)) } : group;
}

export const replaceAt = (group: Group, path: Path, filter: Filter): Group =>
  changeAt(group, path, () => [filter]);

/** A group inside that has become empty goes too. */
export function removeAt(group: Group, path: Path): Group {
  const without = changeAt(group, path, () => []);
  const parent = path.slice(0, -1);
  const left = filterAt(without, parent);
  return parent.length > 0 && left !== undefined && isGroup(left) && left.of.length === 0
    ? removeAt(without, parent)
    : without;
}

/** At the end of the group that stands at the path. */
export function appendAt(group: Group, path: Path, filter: Filter): Group {
  if (path.length === 0) return { ...group, of: [...group.of, filter] };
  return changeAt(group, path, (found) => [isGroup(found) ? appendAt(found, [], filter) : found]);
}

export function joinAt(group: Group, path: Path, join: Group["join"]): Group {
  if (path.length === 0) return { ...group, join };
  return changeAt(group, path, (found) => [isGroup(found) ? { ...found, join } : found]);
}
