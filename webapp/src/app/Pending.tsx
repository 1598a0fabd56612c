import Typography from "@mui/material/Typography";
import { useConnection } from "../hooks/useConnection.ts";
import { texts } from "../texts.ts";
import { Notice } from "./Notice.tsx";

const say = texts.app.pending;

/** The server has not answered yet. While it is there that takes a moment, of which nothing is said. */
export function Pending() {
  const { status } = useConnection().status;
  if (status === "live" || status === "connecting") return null;
  const isRefused = status === "refused";
  return (
    <Notice title={isRefused ? say.refused : say.title}>
      <Typography>{isRefused ? say.whyRefused : say.what}</Typography>
    </Notice>
  );
}
