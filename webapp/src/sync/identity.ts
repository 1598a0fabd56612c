import { takeKey } from "./linkKey.ts";
import { uuid7 } from "./uuid.ts";

const USER = "tandem.user";
const NAME = "tandem.name";

/** Who this browser profile is: kept where the browser lets us, else for as long as the page lives. */
export class Identity {
  /** The key of a shared link, as it was when the page was opened. */
  readonly token = takeKey();
  private readonly memory = new Map<string, string>();

  /** A UUID of the browser profile; it becomes `author.id`. */
  get user(): string {
    const known = this.read(USER);
    if (known !== null) return known;
    const user = uuid7();
    this.write(USER, user);
    return user;
  }

  /** A label, no proof; null: the user has not said. */
  get name(): string | null {
    return this.read(NAME);
  }

  set name(name: string | null) {
    this.write(NAME, name ?? "");
  }

  private read(key: string): string | null {
    try {
      return (localStorage.getItem(key) ?? this.memory.get(key)) || null;
    } catch {
      return this.memory.get(key) || null; // storage is switched off in this browser
    }
  }

  private write(key: string, value: string): void {
    this.memory.set(key, value);
    try {
      localStorage.setItem(key, value);
    } catch {
      // storage is switched off or full: it lives in memory, above
    }
  }
}
