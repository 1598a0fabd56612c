import { Notes } from "./notes.ts";
import { uuid7 } from "./uuid.ts";

const USER = "user";
const NAME = "name";

export interface Who {
  /** the key of a shared link, or of the server; null: none */
  readonly key?: string | null | undefined;
  /** by default as it was said last */
  readonly name?: string | undefined;
}

/** Who this browser profile is, with the key that it has. */
export class Identity {
  readonly token: string | null;

  constructor(
    { key = null, name }: Who = {},
    private readonly notes = new Notes(),
  ) {
    this.token = key;
    if (name !== undefined) this.name = name;
  }

  /** A UUID of the browser profile; it becomes `author.id`. */
  get user(): string {
    const known = this.notes.read(USER);
    if (known) return known;
    const user = uuid7();
    this.notes.write(USER, user);
    return user;
  }

  /** A label, no proof; null: the user has not said. */
  get name(): string | null {
    return this.notes.read(NAME) || null;
  }

  set name(name: string | null) {
    this.notes.write(NAME, name ?? "");
  }
}
