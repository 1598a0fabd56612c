/** The wire, version 1, as TypeScript: docs/PROTOCOL.md in types. Nothing here runs but three constants. */

export const PROTOCOL = 1;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Field values by field name. An absent field is null. */
export type Fields = Readonly<Record<string, Json>>;

export interface Author {
  readonly id: string;
  readonly name: string;
}

export const FIELD_TYPES = [
  "text",
  "long_text",
  "integer",
  "number",
  "decimal",
  "boolean",
  "date",
  "datetime",
  "choice",
  "choices",
  "email",
  "url",
  "list",
  "object",
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A field's description, derived by the server from its marshmallow schema. */
export interface FieldDescription {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly read_only: boolean;
  readonly default: Json;
  readonly options?: readonly Json[];
  /** one per option, in order */
  readonly option_labels?: readonly string[];
  readonly min?: Json;
  readonly max?: Json;
  readonly min_exclusive?: boolean;
  readonly max_exclusive?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
  /** of a decimal: digits after the point */
  readonly precision?: number;
  /** a Python regular expression, matched from the start */
  readonly pattern?: string;
  /** letters of Python's flags: i, m, s, x, a */
  readonly pattern_flags?: string;
  /** of a list: what each element is */
  readonly item?: Omit<FieldDescription, "name" | "label" | "required" | "read_only" | "default">;
  /** of an object: its fields */
  readonly fields?: readonly FieldDescription[];
}

export interface Grid {
  readonly id: string;
  readonly title: string;
  readonly definition: number;
  readonly fields: readonly FieldDescription[];
}

export interface GridSummary {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly count: number;
}

export interface Limits {
  /** mutations in a batch */
  readonly batch: number;
  /** bytes of a batch */
  readonly bytes: number;
  /** records in a page */
  readonly page: number;
}

/** Fields are null for a deleted record (a tombstone). */
export type PageEntry = readonly [id: string, version: number, fields: Fields | null];

export interface Page {
  readonly mode: "delta" | "reset";
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly more: boolean;
  readonly records: readonly PageEntry[];
}

export interface Joined {
  readonly grid: Grid;
  readonly epoch: string;
  readonly revision: number;
  readonly count: number;
  readonly digest: number;
  readonly mode: "delta" | "reset";
  readonly page: Page;
  readonly presence: readonly Presence[];
  readonly session: string;
  readonly limits: Limits;
}

export type ChangeKind = "add" | "update" | "delete";

export type ChangeEntry = readonly [
  revision: number,
  id: string,
  kind: ChangeKind,
  fields: Fields | null,
  author: Author,
  mutationId: string,
];

/** The changes with `from < revision <= to`, all of them, in order. */
export interface Range {
  readonly grid: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly changes: readonly ChangeEntry[];
}

export interface Head {
  readonly grid: string;
  readonly epoch: string;
  readonly definition: number;
  readonly revision: number;
  readonly count: number;
  readonly digest: number;
}

export interface Cell {
  readonly id: string;
  readonly field: string;
}

export type Presence =
  | {
      readonly session: string;
      readonly name: string;
      readonly color: string;
      readonly cell: Cell | null;
      readonly editing: boolean;
    }
  | { readonly session: string; readonly gone: true };

export type MutationType = "add_record" | "update_record" | "delete_record" | "restore_record";

export type Mutation =
  | {
      readonly type: "add_record";
      readonly mutation_id: string;
      readonly id: string;
      readonly fields: Fields;
    }
  | {
      readonly type: "update_record";
      readonly mutation_id: string;
      readonly id: string;
      readonly fields: Fields;
      readonly was?: Fields;
    }
  | {
      readonly type: "delete_record";
      readonly mutation_id: string;
      readonly id: string;
      readonly version?: number;
    }
  | { readonly type: "restore_record"; readonly mutation_id: string; readonly id: string };

export type ErrorCode =
  | "invalid_message"
  | "unknown_event"
  | "unsupported_protocol"
  | "unauthorized"
  | "forbidden"
  | "not_joined"
  | "not_found"
  | "validation_failed"
  | "conflict"
  | "gone"
  | "changed"
  | "exists"
  | "skipped"
  | "too_large"
  | "rate_limited"
  | "busy"
  | "internal";

/** Sentences by field; a nested field is a dotted path. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: boolean;
  readonly fields?: FieldErrors;
  /** `gone`, `changed`, `exists`: the last change; null where history is pruned */
  readonly revision?: number | null;
  readonly author?: Author | null;
  readonly at?: string | null;
}

export interface Conflict {
  readonly value: Json;
  readonly revision: number | null;
  readonly author: Author | null;
  readonly at: string | null;
}

export type ResultStatus = "applied" | "noop" | "conflict" | "refused" | "skipped" | "failed";

export interface Result {
  readonly mutation_id: string;
  readonly status: ResultStatus;
  readonly id: string;
  readonly epoch: string;
  readonly revision: number | null;
  readonly fields?: Fields | null;
  readonly conflicts?: Readonly<Record<string, Conflict>>;
  readonly replaced?: Fields;
  readonly error?: WireError;
}

export interface HistoryEntry {
  readonly revision: number;
  readonly id: string;
  readonly kind: ChangeKind;
  readonly fields: Fields | null;
  readonly previous: Fields | null;
  readonly author: Author;
  readonly at: string;
  readonly mutation_id: string;
}

type Single = { readonly grid: string; readonly mutation_id: string };

/** Every request: its payload, and what its acknowledgement carries besides `ok: true`. */
export interface Requests {
  list_grids: { payload: Record<string, never>; answer: { readonly grids: readonly GridSummary[] } };
  join_grid: {
    payload: {
      readonly grid: string;
      readonly epoch?: string;
      readonly since?: number;
      readonly limit?: number;
    };
    answer: Joined;
  };
  leave_grid: { payload: { readonly grid: string }; answer: Record<never, never> };
  pull: {
    payload: {
      readonly grid: string;
      readonly epoch: string;
      readonly since: number;
      readonly limit?: number;
    };
    answer: Page;
  };
  add_record: {
    payload: Single & { readonly id?: string; readonly fields: Fields };
    answer: { readonly result: Result };
  };
  update_record: {
    payload: Single & { readonly id: string; readonly fields: Fields; readonly was?: Fields };
    answer: { readonly result: Result };
  };
  delete_record: {
    payload: Single & { readonly id: string; readonly version?: number };
    answer: { readonly result: Result };
  };
  restore_record: { payload: Single & { readonly id: string }; answer: { readonly result: Result } };
  mutate: {
    payload: { readonly grid: string; readonly mutations: readonly Mutation[]; readonly atomic?: boolean };
    answer: { readonly results: readonly Result[] };
  };
  set_presence: {
    payload: { readonly grid: string; readonly cell: Cell | null; readonly editing?: boolean };
    answer: Record<never, never>;
  };
  history: {
    payload: {
      readonly grid: string;
      readonly id?: string;
      readonly author?: string;
      readonly field?: string;
      readonly deleted?: boolean;
      readonly before?: number;
      readonly limit?: number;
    };
    answer: { readonly changes: readonly HistoryEntry[]; readonly more: boolean };
  };
}

export type Role = "view" | "edit";

/** `GET /api/access`: who asks, and what they may. */
export interface Access {
  /** the server asks for a key */
  readonly keyed: boolean;
  /** for whom the key is */
  readonly name: string;
  readonly role: Role;
  /** the only grid that it opens; null: it opens all */
  readonly grid: string | null;
  /** it may make and take back keys of single grids */
  readonly may_share: boolean;
}

/** A key of a single grid, as `/api/grids/ID/keys` lists them: never the key itself. */
export interface GridKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** when it was made: ISO 8601 UTC */
  readonly at: string;
}

export type RequestName = keyof Requests;
export type Payload<E extends RequestName> = Requests[E]["payload"];
export type Answer<E extends RequestName> = Requests[E]["answer"];

/** What the server announces to a room. */
export interface Announcements {
  changes: Range;
  head: Head;
  presence: { readonly grid: string; readonly sessions: readonly Presence[] };
  grid_changed: { readonly grid: string; readonly definition: number };
}
export type AnnouncementName = keyof Announcements;
export const ANNOUNCEMENTS = [
  "changes",
  "head",
  "presence",
  "grid_changed",
] as const satisfies readonly AnnouncementName[];
