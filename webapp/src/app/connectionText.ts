import type { ConnectionStatus } from "../sync/connection.ts";
import { texts } from "../texts.ts";

const say = texts.connection;

export interface ConnectionText {
  /** for the eye: counts down */
  readonly text: string;
  /** for a screen reader: changes only when the state does */
  readonly spoken: string;
  /** in whole sentences, for those who ask */
  readonly about: readonly string[];
  readonly tone: "success" | "warning" | "error" | "default";
  /** trying again at once makes sense */
  readonly canRetry: boolean;
}

/** Edits of this tab that the server has not answered yet. */
export interface Unsent {
  readonly unsent: number;
  /** of these, how many this browser has not stored yet: closing the tab now would lose them */
  readonly storing: number;
  /** whether they would outlive the tab */
  readonly durable: boolean;
  /** some grid is shown as this device has kept it */
  readonly kept: boolean;
}

const TONES = {
  live: "success",
  connecting: "default",
  offline: "warning",
  reconnecting: "warning",
  refused: "error",
} as const;

const waiting = ({ unsent, storing }: Unsent): string =>
  unsent === 0 ? "" : say.unsent(unsent, storing > 0);

/** What goes on, what the last try met, what is shown meanwhile, and whether edits are safe. */
function sentences(
  { status, error }: ConnectionStatus,
  { unsent, durable, kept }: Unsent,
  secure: boolean,
): string[] {
  const about = status === "live" && kept ? say.about.catchingUp : say.about[status];
  const why = error === undefined || status === "live" || status === "offline" ? [] : [error];
  const shown = kept && status !== "live" ? [say.fromDevice] : [];
  const edits = !durable ? [say.notKept] : unsent > 0 ? [say.kept] : [];
  const missing = secure ? [] : [say.insecure];
  return [about, ...why, ...shown, ...edits, ...missing];
}

/** The state of the connection in words; `now` in ms since 1970, `secure`: the browser gives the page all it has. */
export function connectionText(
  status: ConnectionStatus,
  edits: Unsent,
  now: number,
  secure: boolean,
): ConnectionText {
  const rest = waiting(edits);
  const seconds = status.retryAt === null ? 0 : Math.ceil((status.retryAt - now) / 1000);
  const common = { about: sentences(status, edits, secure), tone: TONES[status.status], canRetry: false };
  switch (status.status) {
    case "live":
      return { ...common, text: `${say.live}${rest}`, spoken: say.spoken.live };
    case "connecting":
      return { ...common, text: `${say.connecting}${rest}`, spoken: say.spoken.connecting };
    case "offline":
      return { ...common, text: `${say.offline}${rest}`, spoken: `${say.offline}${rest}` };
    case "refused": // the sentence itself is an alert on the page, which speaks too
      return { ...common, text: `${say.refused}${rest}`, spoken: "" };
    case "reconnecting": {
      const text = seconds > 0 ? say.reconnectingIn(seconds) : say.reconnecting;
      const spoken = `${say.spoken.reconnecting}${rest}`;
      return { ...common, text: `${text}${rest}`, spoken, canRetry: seconds > 0 };
    }
  }
}
