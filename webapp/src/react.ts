/** What the package `tandem-client/react` gives to pages in React: docs/TYPESCRIPT.md. */
export { ClientContext, useClient } from "./hooks/client.ts";
export { useConnection } from "./hooks/useConnection.ts";
export { useGrid, type GridInUse } from "./hooks/useGrid.ts";
export { useGrids, type Grids } from "./hooks/useGrids.ts";
export { usePast } from "./hooks/usePast.ts";
export { usePeople, usePeopleAt, type Somewhere } from "./hooks/usePresence.ts";
export { useGridStatus, useRecord, useReplica } from "./hooks/useReplica.ts";
export { useRecords } from "./hooks/useRecords.ts";
export { useMayEdit, useRights } from "./hooks/useRights.ts";
export { useUnsent } from "./hooks/useUnsent.ts";
