import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { useConnection } from "../hooks/useConnection.ts";
import { useGridStatus } from "../hooks/useReplica.ts";
import { useMayEdit } from "../hooks/useRights.ts";
import type { Replica } from "../sync/replica.ts";
import type { ReplicaStatus } from "../sync/types.ts";
import { textOf } from "../sync/unsent.ts";
import { texts } from "../texts.ts";
import { CopyText, WRAPPED } from "./Refusal.tsx";

/** Why the grid is not kept up any more, or edits cannot be kept or sent. */
export function Problems({ replica }: { readonly replica: Replica }) {
  const error = useGridStatus(replica, (status) => status.error?.message);
  const problem = useGridStatus(replica, (status) => status.problem?.message);
  const unsent = useGridStatus(replica, (status) => status.unsent);
  const durable = useGridStatus(replica, (status) => status.durable);
  const mayEdit = useMayEdit(replica.grid);
  const stranded = unsent > 0 && !mayEdit;
  return (
    <>
      {error !== undefined && <Alert severity="error">{error}</Alert>}
      {stranded && (
        <Alert
          severity="warning"
          sx={WRAPPED}
          action={
            <CopyText text={() => textOf(replica.unsentLines())} label={texts.notSaved.copyAll(unsent)} />
          }
        >
          {`${texts.access.lowered} ${texts.access.kept(unsent, durable)}`}
        </Alert>
      )}
      {problem !== undefined && !stranded && <Alert severity="warning">{problem}</Alert>}
    </>
  );
}

/** In percent; null where it is not known yet, undefined when there is nothing to wait for. */
function progressOf({ state, error, tooLarge, count, expected }: ReplicaStatus): number | null | undefined {
  if (state === "complete" || error !== null || tooLarge !== null) return undefined;
  return state === "filling" && expected > 0 ? Math.min(100, Math.round((100 * count) / expected)) : null;
}

/** How far the first records have come. */
export function Progress({ replica }: { readonly replica: Replica }) {
  const percent = useGridStatus(replica, progressOf);
  const { status } = useConnection().status;
  const stands = status === "offline" || status === "refused";
  if (percent === undefined || (percent === null && stands)) return <Box sx={{ height: 3, flexShrink: 0 }} />;
  return (
    <LinearProgress
      aria-label={texts.app.loading}
      variant={percent === null ? "indeterminate" : "determinate"}
      value={percent ?? undefined}
      sx={{ height: 3, flexShrink: 0 }}
    />
  );
}
