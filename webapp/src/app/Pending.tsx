import Typography from "@mui/material/Typography";
import { useConnection } from "../hooks/useConnection.ts";
import { texts } from "../texts.ts";
import { Notice } from "./Notice.tsx";

/** The server has not answered yet. While it is there that takes a moment, of which nothing is said. */
export function Pending() {
  const { status } = useConnection().status;
  if (status === "live" || status === "connecting") return null;
  return (
    <Notice title={texts.app.pending.title}>
      <Typography>{texts.app.pending.what}</Typography>
    </Notice>
  );
}
