/**
 * What the package `tandem-client` gives to programs and pages, without React: docs/TYPESCRIPT.md. What stands here or
 * in react.ts is public; nothing else is.
 */
export { connect, type ConnectOptions } from "./sync/connect.ts";
export type { Client } from "./sync/client.ts";
export type { Connection, ConnectionState, ConnectionStatus } from "./sync/connection.ts";
export { takeKey } from "./sync/linkKey.ts";
export { Disconnected, Refused, RequestFailed, RequestTimeout } from "./sync/wire.ts";

// A grid
export { openGrid, type OpenGrid } from "./query/openGrid.ts";
export type { GridNow, GridOptions } from "./query/gridPage.ts";
export type { GridEdits } from "./query/gridEdits.ts";

// What a grid is made of
export type { Replica } from "./sync/replica.ts";
export {
  InvalidValue,
  type Changes,
  type KeptMutation,
  type News,
  type RecordView,
  type RefusedValue,
  type ReplicaStatus,
} from "./sync/types.ts";
export type { Person, Presence } from "./sync/presence.ts";
export type { History } from "./sync/history.ts";
export type { PastChanges, PastFilter, PastNow } from "./sync/pastChanges.ts";

// Queries and views
export {
  NO_FILTER,
  NO_QUERY,
  type Condition,
  type Filter,
  type Group,
  type Query,
  type SortItem,
} from "./query/query.ts";
export { compile } from "./query/compile.ts";
export { describe, operatorsOf, problemsOf } from "./query/filter.ts";
export { View, type Compiled, type Page, type Row } from "./query/view.ts";
export { VALUE_TYPES } from "./fields/types.ts";

// The wire
export type {
  Access,
  Author,
  Cell,
  ChangeEntry,
  ChangeKind,
  Conflict,
  ErrorCode,
  FieldDescription,
  Fields,
  FieldType,
  Grid,
  GridSummary,
  HistoryEntry,
  Json,
  Role,
  WireError,
} from "./protocol.ts";
