import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useConnection } from "../hooks/useConnection.ts";
import { texts } from "../texts.ts";

/** The server does not let this page in, and says why: a sentence of any length. */
export function Refusal() {
  const { connection, status } = useConnection();
  if (status.status !== "refused") return null;
  const retry = (
    <Button color="inherit" disabled={status.retryAt === null} onClick={() => connection.retryNow()}>
      {texts.connection.retryRefused}
    </Button>
  );
  return (
    <Alert severity="error" action={retry} sx={{ borderRadius: 0, overflowWrap: "anywhere" }}>
      {status.error ?? texts.connection.noReason}
    </Alert>
  );
}
