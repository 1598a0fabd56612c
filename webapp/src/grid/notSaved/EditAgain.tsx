import { serverProblems } from "../../fields/parts.ts";
import { useGridStatus } from "../../hooks/useReplica.ts";
import type { Replica } from "../../sync/replica.ts";
import { texts } from "../../texts.ts";
import { RecordForm } from "../record/RecordForm.tsx";
import type { Line } from "./lines.ts";

interface EditAgainProps {
  readonly replica: Replica;
  readonly line: Line;
  readonly onClose: () => void;
}

/** The form of what was not taken: all fields of a new record, those that an edit changed of another. */
export function EditAgain({ replica, line: { kept, seen }, onClose }: EditAgainProps) {
  const grid = useGridStatus(replica, (status) => status.grid);
  if (grid === null) return null;
  const adds = kept.type === "add_record";
  const fields = grid.fields.filter(({ name }) => adds || name in kept.fields);
  return (
    <RecordForm
      grid={{ ...grid, fields }}
      initial={kept.fields}
      problems={serverProblems(kept.error)}
      title={adds ? texts.record.addTo(grid.title) : texts.record.editAgain}
      submit={adds ? undefined : texts.editors.save}
      onClose={onClose}
      onSubmit={(patch) => void replica.retryAll([{ mutationId: kept.mutationId, patch, seen }])}
    />
  );
}
