import type { ChangeEntry, Fields, Page, Range } from "../protocol.ts";
import type { Line } from "./copyStorage.ts";
import { recordDigest } from "./digest.ts";
import { Pool } from "./pool.ts";
import type { RecordView } from "./types.ts";
import { compact, overlay } from "./values.ts";

const NONE: ReadonlySet<string> = new Set();
const NOTHING: RecordView["refused"] = {};

/** A record as the server has it, which is what is shown of it as long as nothing is pending. */
function confirmed(id: string, version: number, fields: Fields, deleted: boolean): RecordView {
  return { id, version, fields, deleted, pending: NONE, refused: NOTHING, state: "saved" };
}

/** An update of a record that is not there: this copy is not what the server has. */
export class Torn extends Error {
  override readonly name = "Torn";
}

/**
 * The confirmed records of one epoch: complete at `revision`, or filling up to `cursor` (R5).
 *
 * While it fills, it holds exactly what the server has of every record whose version is at most `cursor`, so a
 * broken pull goes on from there.
 */
export class Copy {
  readonly records = new Map<string, RecordView>();
  /** deleted here while we held them: last fields known, for showing what went and for undo */
  readonly graves = new Map<string, RecordView>();
  complete = false;
  revision = 0;
  cursor = 0;
  digest = 0;
  private readonly pool = new Pool();

  constructor(readonly epoch: string) {}

  /** Pages move only the cursor; the last one makes the copy complete (R5). Returns the ids it touched. */
  take(page: Page): string[] {
    this.complete = !page.more;
    for (const [id, version, fields] of page.records) this.put(id, version, fields);
    this.cursor = page.to;
    if (this.complete) this.revision = page.to;
    return page.records.map(([id]) => id);
  }

  /** Lines of a copy that lay on disk: a later one of a record replaces its earlier one. */
  lay(lines: readonly Line[]): void {
    for (const { id, version, fields } of lines) this.put(id, version, fields);
  }

  /** Of a range with `from <= revision < to`, only entries above `revision` (R5). Throws `Torn`. */
  apply(range: Range): ChangeEntry[] {
    const fresh = range.changes.filter(([revision]) => revision > this.revision);
    for (const [revision, id, kind, fields] of fresh) {
      const held = this.records.get(id);
      if (kind === "update" && held === undefined)
        throw new Torn(`${id} changed at ${revision} but is not here`);
      this.put(id, revision, kind === "update" ? overlay(held!.fields, fields ?? {}) : fields);
    }
    this.revision = this.cursor = range.to;
    return fresh;
  }

  private put(id: string, version: number, fields: Fields | null): void {
    const held = this.records.get(id);
    if (held !== undefined) this.digest = (this.digest - recordDigest(id, held.version)) >>> 0;
    if (fields === null) {
      if (held !== undefined) this.graves.set(id, confirmed(id, version, held.fields, true));
      this.records.delete(id);
      return;
    }
    this.graves.delete(id);
    this.records.set(id, confirmed(id, version, this.pool.share(compact(fields)), false));
    this.digest = (this.digest + recordDigest(id, version)) >>> 0;
  }
}
