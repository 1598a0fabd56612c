import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { useClient } from "../hooks/client.ts";
import { download } from "../hooks/download.ts";
import { toWireError } from "../sync/wire.ts";
import { texts } from "../texts.ts";
import { DownloadIcon } from "./icons.tsx";
import { Notice } from "./Notice.tsx";

const say = texts.app.tooLarge;

interface TooLargeProps {
  readonly grid: string;
  readonly count: number;
  readonly max: number;
}

/** More records than a browser opens: they can be taken as a file. */
export function TooLarge({ grid, count, max }: TooLargeProps) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = () => {
    setBusy(true);
    setFailure(null);
    download(client, grid, "csv")
      .catch((thrown: unknown) => setFailure(toWireError(thrown).message))
      .finally(() => setBusy(false));
  };
  return (
    <Notice
      title={say.title}
      actions={
        <Button variant="contained" startIcon={<DownloadIcon />} loading={busy} onClick={save}>
          {say.download}
        </Button>
      }
    >
      <Typography>{say.what(count, max)}</Typography>
      {failure !== null && <Alert severity="error">{say.failed(failure)}</Alert>}
    </Notice>
  );
}
