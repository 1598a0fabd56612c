import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { WireError } from "../protocol.ts";
import { texts } from "../texts.ts";
import { Notice } from "./Notice.tsx";

const say = texts.app.cannotOpen;

/** The server does not give this grid: what it says, and the way to another. */
export function CannotOpen({
  error,
  onChoose,
}: {
  readonly error: WireError;
  readonly onChoose: () => void;
}) {
  const { code } = error;
  const title = code === "not_found" || code === "forbidden" ? say[code] : say.other;
  return (
    <Notice
      alert
      title={title}
      actions={
        <Button variant="contained" onClick={onChoose}>
          {say.choose}
        </Button>
      }
    >
      <Typography sx={{ overflowWrap: "anywhere" }}>{error.message}</Typography>
    </Notice>
  );
}
