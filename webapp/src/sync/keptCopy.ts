import type { Grid } from "../protocol.ts";
import { Copy } from "./copy.ts";
import type { CopyStorage } from "./copyStorage.ts";

/** A grid as this device has kept it. */
export interface KeptCopy {
  readonly copy: Copy;
  readonly definition: Grid;
}

/**
 * Reads what lies there, complete; null: nothing does. `heard` is called whenever the disk says something. Rejects
 * when it cannot be read, or is not what its head says (R13).
 */
export async function readCopy(
  storage: CopyStorage,
  grid: string,
  heard: () => void,
): Promise<KeptCopy | null> {
  let read: Copy | null = null;
  let count = 0;
  const head = await storage.read(grid, (lines, { epoch }) => {
    heard();
    count += lines.length;
    read ??= new Copy(epoch);
    read.lay(lines);
  });
  if (head === null) return null;
  const copy = (read as Copy | null) ?? new Copy(head.epoch);
  copy.complete = true;
  copy.revision = copy.cursor = head.revision;
  const isSame = copy.digest === head.digest && copy.records.size === head.count;
  // The digest is a sum: two lost lines may leave it as it was.
  if (!isSame || count !== head.lines)
    throw new Error(`${count} lines, ${copy.records.size} records, not ${head.lines} and ${head.count}`);
  return { copy, definition: head.grid };
}
