import type { Fields, Json } from "../protocol.ts";

/** Shorter texts the browser's own JSON parser makes one of already. */
const SHORT = 10;
/** Longer ones hardly repeat, and would be held here long after their records have others. */
const LONG = 200;
/** Distinct texts of a field; one with more is a name or a note, where little repeats. */
const MOST = 10_000;

/** Holds texts that repeat in a field, such as cities or states, once for all records. */
export class Pool {
  /** by field: each text once; null: too many different ones */
  private readonly fields = new Map<string, Map<string, string> | null>();

  /** The same fields; equal texts in them are one text afterwards. They must be the caller's own. */
  share(fields: Fields): Fields {
    const own = fields as Record<string, Json>;
    for (const name in own) {
      const value = own[name];
      if (typeof value === "string" && value.length > SHORT && value.length <= LONG)
        own[name] = this.once(name, value);
    }
    return fields;
  }

  private once(name: string, text: string): string {
    const texts = this.fields.get(name);
    if (texts === null) return text;
    if (texts === undefined) {
      this.fields.set(name, new Map([[text, text]]));
      return text;
    }
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size < MOST) texts.set(text, text);
    else this.fields.set(name, null);
    return text;
  }
}
