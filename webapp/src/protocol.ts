/**
 * The wire, version 1, as TypeScript. `make fix` makes it of the server's shapes: edit those.
 * docs/PROTOCOL.md tells what it means. Nothing in this file runs but three constants.
 */

export const PROTOCOL = 1;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const FIELD_TYPES = [
  "long_text",
  "choice",
  "text",
  "integer",
  "number",
  "decimal",
  "boolean",
  "date",
  "datetime",
  "email",
  "url",
  "choices",
  "list",
  "object",
] as const;

export const ANNOUNCEMENTS = ["changes", "head", "presence", "grid_changed"] as const;

/** Who asks, and what they may. */
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

/** The payload of `add_record`. */
export interface AddRecord {
  /** a grid's id */
  readonly grid: string;
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id?: string;
  /** the values to be written */
  readonly fields: Fields;
}

/** `add_record` in a batch. */
export interface AddRecordMutation {
  readonly type: "add_record";
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id?: string;
  /** the values to be written */
  readonly fields: Fields;
}

/** Who did it: a label, not a proof. An import's id is `import`. */
export interface Author {
  /** client-made and kept, or the session's */
  readonly id: string;
  readonly name: string;
}

export interface Cell {
  readonly id: string;
  readonly field: string;
}

export type ChangeEntry = readonly [
  revision: number,
  id: string,
  kind: ChangeKind,
  fields: Fields | null,
  author: Author,
  mutationId: string,
];

export type ChangeKind = "add" | "update" | "delete";

/** What is stored in a field, and since when; null where history is pruned. */
export interface Conflict {
  readonly value: Json;
  readonly revision: number | null;
  readonly author: Author | null;
  /** ISO 8601, UTC */
  readonly at: string | null;
}

/** The payload of `delete_record`. */
export interface DeleteRecord {
  /** a grid's id */
  readonly grid: string;
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id: string;
  /** the one that the record must have */
  readonly version?: number;
}

/** `delete_record` in a batch. */
export interface DeleteRecordMutation {
  readonly type: "delete_record";
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id: string;
  /** the one that the record must have */
  readonly version?: number;
}

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

/** A field, as derived from the grid's marshmallow schema. */
export interface FieldDescription {
  readonly type: FieldType;
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
  readonly item?: FieldRules;
  /** of an object: its fields */
  readonly fields?: readonly FieldDescription[];
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  /** made by the server, cannot be written */
  readonly read_only: boolean;
  /** acts when a record is added */
  readonly default: Json;
}

export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** A field's type and rules. */
export interface FieldRules {
  readonly type: FieldType;
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
  readonly item?: FieldRules;
  /** of an object: its fields */
  readonly fields?: readonly FieldDescription[];
}

export type FieldType = (typeof FIELD_TYPES)[number];

export type Fields = Readonly<Record<string, Json>>;

/** What a grid is. */
export interface Grid {
  readonly id: string;
  readonly title: string;
  /** grows when title or fields change */
  readonly definition: number;
  readonly fields: readonly FieldDescription[];
}

/** The grid has another definition: fetch it again. */
export interface GridChanged {
  readonly grid: string;
  readonly definition: number;
}

/** A key of a single grid: never the key itself. */
export interface GridKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** when it was made: ISO 8601, UTC */
  readonly at: string;
}

/** A grid in a list. */
export interface GridSummary {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  /** records */
  readonly count: number;
}

/** The grids that the key opens. */
export interface Grids {
  readonly grids: readonly GridSummary[];
}

/** The state of a grid, without its records. */
export interface Head {
  readonly grid: string;
  readonly epoch: string;
  readonly definition: number;
  readonly revision: number;
  readonly count: number;
  readonly digest: number;
}

/** The payload of `history`. */
export interface History {
  /** a grid's id */
  readonly grid: string;
  readonly id?: string;
  /** an author's id */
  readonly author?: string;
  /** a field's name: changes of it alone */
  readonly field?: string;
  /** deletions alone */
  readonly deleted?: boolean;
  /** changes below this revision alone */
  readonly before?: number | null;
  /** at most so many; a higher one than the server's is lowered */
  readonly limit?: number;
}

/** Changes, newest first. */
export interface HistoryAnswer {
  readonly changes: readonly HistoryEntry[];
  /** there are older ones */
  readonly more: boolean;
}

/** A change that was made. */
export interface HistoryEntry {
  readonly revision: number;
  /** the record's */
  readonly id: string;
  readonly kind: ChangeKind;
  /** what changed; null for a delete */
  readonly fields: Fields | null;
  /** what it was before; null for an add */
  readonly previous: Fields | null;
  readonly author: Author;
  /** ISO 8601, UTC */
  readonly at: string;
  /** a lower-case UUID */
  readonly mutation_id: string;
}

/** The payload of `join_grid`. */
export interface JoinGrid {
  /** a grid's id */
  readonly grid: string;
  /** the one that you hold; null or absent: none */
  readonly epoch?: string | null;
  /** the revision that you hold */
  readonly since?: number | null;
  /** at most so many; a higher one than the server's is lowered */
  readonly limit?: number | null;
}

/** What a grid is and holds, to whoever has joined it. */
export interface Joined {
  readonly grid: Grid;
  readonly epoch: string;
  readonly revision: number;
  readonly count: number;
  readonly digest: number;
  readonly mode: PageMode;
  readonly page: Page;
  /** everyone who has joined, oneself too */
  readonly presence: readonly Present[];
  /** one's own id in `presence` */
  readonly session: string;
  readonly limits: Limits;
}

/** Applied, or nothing to do. */
export interface Judged {
  readonly result: Result;
}

/** One result per mutation, in order. */
export interface JudgedBatch {
  readonly results: readonly Result[];
}

/** The payload of `leave_grid`. */
export interface LeaveGrid {
  /** a grid's id */
  readonly grid: string;
}

/** A session that has left. */
export interface Left {
  readonly session: string;
  readonly gone: true;
}

/** What one request may have. */
export interface Limits {
  /** mutations in a batch */
  readonly batch: number;
  /** bytes of a batch */
  readonly bytes: number;
  /** records in a page */
  readonly page: number;
}

/** The payload of `list_grids`. */
export type ListGrids = Record<string, never>;

/** The payload of `mutate`. */
export interface Mutate {
  /** a grid's id */
  readonly grid: string;
  /** judged one after another */
  readonly mutations: readonly Mutation[];
  /** all or nothing */
  readonly atomic?: boolean;
}

export type Mutation = (
  AddRecordMutation | UpdateRecordMutation | DeleteRecordMutation | RestoreRecordMutation
) & { readonly id: string };

/** Records with `version > from`, by version. */
export interface Page {
  readonly mode: PageMode;
  readonly epoch: string;
  readonly from: number;
  /** the next `since`; the grid's revision where `more` is false */
  readonly to: number;
  readonly more: boolean;
  readonly records: readonly PageEntry[];
}

export type PageEntry = readonly [id: string, version: number, fields: Fields | null];

export type PageMode = "delta" | "reset";

export type Presence = Present | Left;

/** What has changed of who is where. */
export interface PresenceChange {
  readonly grid: string;
  readonly sessions: readonly Presence[];
}

/** A session that has joined, and where it is. */
export interface Present {
  readonly session: string;
  readonly name: string;
  /** of a person, always the same: #rrggbb */
  readonly color: string;
  readonly cell: Cell | null;
  readonly editing: boolean;
}

/** The payload of `pull`. */
export interface Pull {
  /** a grid's id */
  readonly grid: string;
  /** the one that you hold; null or absent: none */
  readonly epoch: string | null;
  /** the revision that you hold */
  readonly since: number | null;
  /** at most so many; a higher one than the server's is lowered */
  readonly limit?: number | null;
}

/** The changes with `from < revision <= to`, all of them, in order. */
export interface Range {
  readonly grid: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly changes: readonly ChangeEntry[];
}

/** The payload of `restore_record`. */
export interface RestoreRecord {
  /** a grid's id */
  readonly grid: string;
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id: string;
}

/** `restore_record` in a batch. */
export interface RestoreRecordMutation {
  readonly type: "restore_record";
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id: string;
}

/** What became of a mutation. */
export interface Result {
  /** a lower-case UUID */
  readonly mutation_id: string;
  readonly status: ResultStatus;
  /** the record's */
  readonly id: string;
  /** null of a failed one, of which nothing is known */
  readonly epoch: string | null;
  /** null unless applied or noop */
  readonly revision: number | null;
  /** of an applied one: what it stored; null for a delete */
  readonly fields?: Fields | null;
  /** of a conflict: the disputed fields */
  readonly conflicts?: Readonly<Record<string, Conflict>>;
  /** what fields without `was` overwrote */
  readonly replaced?: Fields;
  readonly error?: WireError;
}

export type ResultStatus = "applied" | "noop" | "conflict" | "refused" | "skipped" | "failed";

export type Role = "view" | "edit";

/** The payload of `set_presence`. */
export interface SetPresence {
  /** a grid's id */
  readonly grid: string;
  /** where you are; null: nowhere. Say it again every 10 s */
  readonly cell: Cell | null;
  /** you are changing it */
  readonly editing?: boolean;
}

/** Done. */
export type Success = Record<never, never>;

/** The payload of `update_record`. */
export interface UpdateRecord {
  /** a grid's id */
  readonly grid: string;
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id: string;
  /** the values to be written */
  readonly fields: Fields;
  /** the values that your user saw, of fields that are to be written: others there are conflicts */
  readonly was?: Fields;
}

/** `update_record` in a batch. */
export interface UpdateRecordMutation {
  readonly type: "update_record";
  /** made by you: the same one again takes no effect, and is answered the same */
  readonly mutation_id: string;
  readonly id: string;
  /** the values to be written */
  readonly fields: Fields;
  /** the values that your user saw, of fields that are to be written: others there are conflicts */
  readonly was?: Fields;
}

/** Why something was not done. */
export interface WireError {
  readonly code: ErrorCode;
  /** a sentence for people */
  readonly message: string;
  /** the same request may succeed later, unchanged */
  readonly retry: boolean;
  /** sentences by field; a nested field is a dotted path */
  readonly fields?: FieldErrors;
  /** of `gone`, `changed`, `exists`: the last change; null where history is pruned */
  readonly revision?: number | null;
  readonly author?: Author | null;
  /** ISO 8601, UTC */
  readonly at?: string | null;
}

/** Every request: its payload, and what its acknowledgement carries besides `ok: true`. */
export interface Requests {
  list_grids: { payload: ListGrids; answer: Grids };
  join_grid: { payload: JoinGrid; answer: Joined };
  leave_grid: { payload: LeaveGrid; answer: Success };
  pull: { payload: Pull; answer: Page };
  add_record: { payload: AddRecord; answer: Judged };
  update_record: { payload: UpdateRecord; answer: Judged };
  delete_record: { payload: DeleteRecord; answer: Judged };
  restore_record: { payload: RestoreRecord; answer: Judged };
  mutate: { payload: Mutate; answer: JudgedBatch };
  set_presence: { payload: SetPresence; answer: Success };
  history: { payload: History; answer: HistoryAnswer };
}

/** What the server announces to a room. */
export interface Announcements {
  changes: Range;
  head: Head;
  presence: PresenceChange;
  grid_changed: GridChanged;
}

export type MutationType = Mutation["type"];
export type RequestName = keyof Requests;
export type Payload<E extends RequestName> = Requests[E]["payload"];
export type Answer<E extends RequestName> = Requests[E]["answer"];
export type AnnouncementName = keyof Announcements;
