import { useCallback, useState } from "react";
import type { ExportFormat } from "../sync/exporting.ts";
import { toWireError } from "../sync/wire.ts";
import { useClient } from "./client.ts";
import { download } from "./download.ts";

/** Takes a grid as a file; `failure` is a sentence, of the last try. */
export function useDownload(grid: string): {
  readonly save: (format: ExportFormat) => void;
  readonly busy: boolean;
  readonly failure: string | null;
} {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = useCallback(
    (format: ExportFormat) => {
      setBusy(true);
      setFailure(null);
      download(client, grid, format)
        .catch((thrown: unknown) => setFailure(toWireError(thrown).message))
        .finally(() => setBusy(false));
    },
    [client, grid],
  );
  return { save, busy, failure };
}
