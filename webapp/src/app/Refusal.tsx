import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { lazily } from "../grid/lazily.tsx";
import { useClient } from "../hooks/client.ts";
import { useConnection } from "../hooks/useConnection.ts";
import { useRights } from "../hooks/useRights.ts";
import { useUnsent } from "../hooks/useUnsent.ts";
import { texts } from "../texts.ts";
import { CheckLink } from "./CheckLink.tsx";

const say = texts.access;

/** Edits as text, to be taken elsewhere. */
export const CopyText = lazily(async () => (await import("../grid/notSaved/CopyText.tsx")).CopyText);

/** On a phone the buttons stand below the sentence. */
export const WRAPPED = {
  flexWrap: "wrap",
  overflowWrap: "anywhere",
  "& .MuiAlert-message": { flex: "1 1 14rem" },
} as const;

/** The server does not let this page in, and says why: a sentence of any length. What was not sent stays (R10). */
export function Refusal() {
  const client = useClient();
  const { connection, status } = useConnection();
  const { unsent, durable } = useUnsent();
  const wasGood = useRights()?.keyed === true; // the key, once: nobody knows anything of one that never was
  if (status.status !== "refused") return null;
  const takenBack = status.code === "unauthorized" && wasGood;
  const retry = (
    <>
      <CheckLink />
      <Button color="inherit" disabled={status.retryAt === null} onClick={() => connection.retryNow()}>
        {texts.connection.retryRefused}
      </Button>
    </>
  );
  const action =
    unsent === 0 ? (
      retry
    ) : (
      <>
        <CopyText text={() => client.unsentText()} label={texts.notSaved.copyAll(unsent)} />
        {retry}
      </>
    );
  const what = takenBack ? say.takenBack : (status.error ?? texts.connection.noReason);
  return (
    <Alert severity="error" action={action} sx={[WRAPPED, { borderRadius: 0 }]}>
      {unsent === 0 ? what : `${what} ${say.kept(unsent, durable)}`}
    </Alert>
  );
}
