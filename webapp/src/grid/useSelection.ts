import type { GridRowSelectionModel } from "@mui/x-data-grid";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Replica } from "../sync/replica.ts";
import type { Changes } from "../sync/types.ts";

type Ids = ReadonlySet<string>;

export interface Selection {
  /** of records, on whatever page they stand */
  readonly ids: Ids;
  readonly model: GridRowSelectionModel;
  readonly onModel: (model: GridRowSelectionModel) => void;
  readonly choose: (ids: Iterable<string>) => void;
}

const NONE: Ids = new Set();

/** The same set where nothing of it is gone. */
function withoutGone(ids: Ids, changes: Changes, replica: Replica): Ids {
  if (ids.size === 0) return ids;
  const gone = changes.kind === "reset" ? [...ids].filter((id) => !isThere(replica, id)) : changes.removed;
  if (!gone.some((id) => ids.has(id))) return ids;
  const left = new Set(ids);
  for (const id of gone) left.delete(id);
  return left;
}

const isThere = (replica: Replica, id: string): boolean => replica.get(id)?.deleted === false;

/** The records that are ticked, kept over pages, sorting and filters; one that is deleted is no longer among them. */
export function useSelection(replica: Replica): Selection {
  const [ids, setIds] = useState(NONE);
  useEffect(
    () => replica.onChanges((changes) => setIds((before) => withoutGone(before, changes, replica))),
    [replica],
  );
  const choose = useCallback((chosen: Iterable<string>) => setIds(new Set(chosen)), []);
  const onModel = useCallback((model: GridRowSelectionModel) => choose([...model.ids].map(String)), [choose]);
  const model = useMemo<GridRowSelectionModel>(() => ({ type: "include", ids: new Set(ids) }), [ids]);
  return useMemo(() => ({ ids, model, onModel, choose }), [ids, model, onModel, choose]);
}
