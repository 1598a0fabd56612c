import type { ConnectionStatus } from "../sync/connection.ts";

export interface ConnectionText {
  /** for the eye: counts down */
  readonly text: string;
  /** for a screen reader: changes only when the state does */
  readonly spoken: string;
  readonly tone: "success" | "warning" | "error" | "default";
  /** trying again at once makes sense */
  readonly canRetry: boolean;
}

/** Edits of this tab that the server has not answered yet. */
export interface Unsent {
  readonly unsent: number;
  /** of these, how many this browser has not stored yet: closing the tab now would lose them */
  readonly storing: number;
}

function waiting({ unsent, storing }: Unsent): string {
  if (unsent === 0) return "";
  return ` · ${unsent} unsent ${unsent === 1 ? "edit" : "edits"}${storing > 0 ? ", being stored" : ""}`;
}

/** The state of the connection in words; `now` in ms since 1970. */
export function connectionText(status: ConnectionStatus, edits: Unsent, now: number): ConnectionText {
  const rest = waiting(edits);
  switch (status.status) {
    case "live":
      return { text: `Live${rest}`, spoken: "Live", tone: "success", canRetry: false };
    case "connecting":
      return { text: `Connecting…${rest}`, spoken: "Connecting", tone: "default", canRetry: false };
    case "offline":
      return { text: `Offline${rest}`, spoken: `Offline${rest}`, tone: "warning", canRetry: false };
    case "refused": {
      const why = status.error ?? "The server refused the connection.";
      return { text: `${why}${rest}`, spoken: why, tone: "error", canRetry: true };
    }
    case "reconnecting": {
      const seconds = status.retryAt === null ? 0 : Math.ceil((status.retryAt - now) / 1000);
      const text = seconds > 0 ? `Reconnecting in ${seconds} s${rest}` : `Reconnecting…${rest}`;
      return { text, spoken: `Reconnecting${rest}`, tone: "warning", canRetry: seconds > 0 };
    }
  }
}
