import type {
  AnnouncementName,
  Announcements,
  Answer,
  Author,
  Cell,
  ChangeEntry,
  Conflict,
  Grid,
  HistoryEntry,
  Json,
  Mutation,
  Page,
  PageEntry,
  Payload,
  Presence,
  RequestName,
  Result,
  WireError,
} from "../protocol.ts";

/** What a value must look like; `flaws` says where it does not. `T` ties it to the types in protocol.ts. */
export interface Shape<T> {
  flaws(value: unknown): string[];
  readonly of?: T;
  readonly optional?: boolean;
}

type Keys<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

function scalar<T>(type: string, name: string): Shape<T> {
  return { flaws: (value) => (typeof value === type ? [] : [`not a ${name}`]) };
}

const text = scalar<string>("string", "text");
const number = scalar<number>("number", "number");
const boolean = scalar<boolean>("boolean", "boolean");
const json: Shape<Json> = { flaws: (value) => (value === undefined ? ["missing"] : []) };

function oneOf<T extends string>(...texts: readonly T[]): Shape<T> {
  return {
    flaws: (value) =>
      (texts as readonly unknown[]).includes(value) ? [] : [`not one of ${texts.join(", ")}`],
  };
}

function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return { flaws: (value) => (value === null ? [] : shape.flaws(value)) };
}

function may<T>(shape: Shape<T>): Shape<T | undefined> {
  return { flaws: (value) => shape.flaws(value), optional: true };
}

function within(at: string | number, flaws: readonly string[]): string[] {
  return flaws.map((flaw) => `${at}: ${flaw}`.replace(/: (?=\S+: )/, "."));
}

function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    flaws: (value) =>
      Array.isArray(value) ? value.flatMap((item, i) => within(i, shape.flaws(item))) : ["not a list"],
  };
}

function tuple<T extends readonly unknown[]>(...shapes: { readonly [I in keyof T]: Shape<T[I]> }): Shape<T> {
  return {
    flaws(value) {
      if (!Array.isArray(value) || value.length !== shapes.length) return [`not a list of ${shapes.length}`];
      return value.flatMap((item, i) => within(i, shapes[i]!.flaws(item)));
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    flaws: (value) =>
      isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => within(key, shape.flaws(item)))
        : ["not an object"],
  };
}

/** With exactly these keys. */
function object<T>(keys: Keys<T>): Shape<T> {
  const shapes = Object.entries<Shape<unknown>>(keys);
  return {
    flaws(value) {
      if (!isObject(value)) return ["not an object"];
      const unknown = Object.keys(value).filter((key) => !(key in keys));
      const wrong = shapes.flatMap(([key, shape]) => {
        return shape.optional && !(key in value) ? [] : within(key, shape.flaws(value[key]));
      });
      return [...wrong, ...unknown.map((key) => `${key}: not expected`)];
    },
  };
}

function either<T>(choose: (value: Readonly<Record<string, unknown>>) => Shape<T> | undefined): Shape<T> {
  return {
    flaws: (value) =>
      isObject(value) ? (choose(value)?.flaws(value) ?? ["of no known kind"]) : ["not an object"],
  };
}

const fields = record(json);
const nobody = object<Record<never, never>>({});
const author = object<Author>({ id: text, name: text });

const error = object<WireError>({
  code: text as Shape<WireError["code"]>,
  message: text,
  retry: boolean,
  fields: may(record(list(text))),
  revision: may(orNull(number)),
  author: may(orNull(author)),
  at: may(orNull(text)),
});

const conflict = object<Conflict>({
  value: json,
  revision: orNull(number),
  author: orNull(author),
  at: orNull(text),
});

const result = object<Result>({
  mutation_id: text,
  status: oneOf("applied", "noop", "conflict", "refused", "skipped", "failed"),
  id: text,
  epoch: text,
  revision: orNull(number),
  fields: may(orNull(fields)),
  conflicts: may(record(conflict)),
  replaced: may(fields),
  error: may(error),
});

type Of<T extends Mutation["type"]> = Extract<Mutation, { type: T }>;
const base = { mutation_id: text, id: text };
const MUTATIONS: { readonly [T in Mutation["type"]]: Shape<Of<T>> } = {
  add_record: object<Of<"add_record">>({ ...base, type: oneOf("add_record"), fields }),
  update_record: object<Of<"update_record">>({
    ...base,
    type: oneOf("update_record"),
    fields,
    was: may(fields),
  }),
  delete_record: object<Of<"delete_record">>({ ...base, type: oneOf("delete_record"), version: may(number) }),
  restore_record: object<Of<"restore_record">>({ ...base, type: oneOf("restore_record") }),
};
const mutation = either<Mutation>(({ type }) => MUTATIONS[type as Mutation["type"]]);

const changeEntry = tuple<ChangeEntry>(
  number,
  text,
  oneOf("add", "update", "delete"),
  orNull(fields),
  author,
  text,
);
const historyEntry = object<HistoryEntry>({
  revision: number,
  id: text,
  kind: oneOf("add", "update", "delete"),
  fields: orNull(fields),
  previous: orNull(fields),
  author,
  at: text,
  mutation_id: text,
});
const pageEntry = tuple<PageEntry>(text, number, orNull(fields));

const pageKeys: Keys<Page> = {
  mode: oneOf("delta", "reset"),
  epoch: text,
  from: number,
  to: number,
  more: boolean,
  records: list(pageEntry),
};

// What a description of a field holds beyond the common keys is the field type's own affair.
const description: Shape<Grid["fields"][number]> = {
  flaws: (value) =>
    isObject(value)
      ? ["name", "label", "type"].flatMap((key) => within(key, text.flaws(value[key])))
      : ["not an object"],
};

const grid = object<Grid>({ id: text, title: text, definition: number, fields: list(description) });
const cell = object<Cell>({ id: text, field: text });

type Here = Extract<Presence, { cell: unknown }>;
type Gone = Extract<Presence, { gone: true }>;
const here = object<Here>({ session: text, name: text, color: text, cell: orNull(cell), editing: boolean });
const gone = object<Gone>({
  session: text,
  gone: { flaws: (value) => (value === true ? [] : ["not true"]) },
});
const presence = either<Presence>((value) => ("gone" in value ? gone : here));

/** An acknowledgement: `ok: true` with the answer, or the error envelope. */
function ack<T>(keys: Keys<T>): Shape<unknown> {
  const good = object<T & { ok: true }>({ ...keys, ok: boolean } as unknown as Keys<T & { ok: true }>);
  const bad = object<unknown>({
    ok: boolean,
    error,
    result: may(result),
    results: may(list(result)),
  });
  return either<unknown>(({ ok }) => (ok === true ? good : bad));
}

interface MessageShapes {
  readonly payload: Shape<unknown>;
  readonly ack: Shape<unknown>;
}

function request<E extends RequestName>(payload: Keys<Payload<E>>, answer: Keys<Answer<E>>): MessageShapes {
  return { payload: object<Payload<E>>(payload), ack: ack<Answer<E>>(answer) };
}

function announcement<A extends AnnouncementName>(payload: Keys<Announcements[A]>): MessageShapes {
  return { payload: object<Announcements[A]>(payload), ack: nobody };
}

const answered = { result };

export const SHAPES: Record<"client" | "server", Readonly<Record<string, MessageShapes>>> = {
  client: {
    join_grid: request<"join_grid">(
      { grid: text, epoch: may(text), since: may(number), limit: may(number) },
      {
        grid,
        epoch: text,
        revision: number,
        count: number,
        digest: number,
        mode: oneOf("delta", "reset"),
        page: object<Page & { ok?: boolean }>({ ...pageKeys, ok: may(boolean) }),
        presence: list(presence),
        session: text,
        limits: object({ batch: number, bytes: number, page: number }),
      },
    ),
    pull: request<"pull">({ grid: text, epoch: text, since: number, limit: may(number) }, pageKeys),
    mutate: request<"mutate">(
      { grid: text, mutations: list(mutation), atomic: may(boolean) },
      { results: list(result) },
    ),
    add_record: request<"add_record">({ grid: text, mutation_id: text, id: may(text), fields }, answered),
    update_record: request<"update_record">(
      { grid: text, mutation_id: text, id: text, fields, was: may(fields) },
      answered,
    ),
    delete_record: request<"delete_record">(
      { grid: text, mutation_id: text, id: text, version: may(number) },
      answered,
    ),
    restore_record: request<"restore_record">({ grid: text, mutation_id: text, id: text }, answered),
    history: request<"history">(
      {
        grid: text,
        id: may(text),
        author: may(text),
        field: may(text),
        deleted: may(boolean),
        before: may(number),
        limit: may(number),
      },
      { changes: list(historyEntry), more: boolean },
    ),
  },
  server: {
    changes: announcement<"changes">({
      grid: text,
      epoch: text,
      from: number,
      to: number,
      changes: list(changeEntry),
    }),
    head: announcement<"head">({
      grid: text,
      epoch: text,
      definition: number,
      revision: number,
      count: number,
      digest: number,
    }),
    presence: announcement<"presence">({ grid: text, sessions: list(presence) }),
    grid_changed: announcement<"grid_changed">({ grid: text, definition: number }),
  },
};
