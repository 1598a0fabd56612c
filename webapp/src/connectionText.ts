import type { ConnectionStatus } from "./sync/connection.ts";

export interface ConnectionText {
  /** for the eye: counts down */
  readonly text: string;
  /** for a screen reader: changes only when the state does */
  readonly spoken: string;
  readonly tone: "success" | "warning" | "error" | "default";
  /** trying again at once makes sense */
  readonly canRetry: boolean;
}

const edits = (count: number): string => `${count} unsent ${count === 1 ? "edit" : "edits"}`;

/** The state of the connection in words; `now` in ms since 1970. */
export function connectionText(status: ConnectionStatus, unsent: number, now: number): ConnectionText {
  const rest = unsent > 0 ? ` · ${edits(unsent)}` : "";
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
