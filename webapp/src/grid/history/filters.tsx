import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useEffect, useState, type ReactNode } from "react";
import type { Author, FieldDescription, HistoryEntry } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { FieldLabel } from "../panels/FieldChoice.tsx";
import { whoOf } from "./telling.ts";

const t = texts.history;
/** No author and no field is called so. */
const ALL = "";

/** Those who have done something, each once, as far as it has been read here: whom a filter leaves out stays known. */
export function useAuthors(changes: readonly HistoryEntry[]): readonly Author[] {
  const [known, setKnown] = useState<readonly Author[]>([]);
  useEffect(() => {
    setKnown((before) => {
      const ids = new Set(before.map(({ id }) => id));
      const fresh = changes.flatMap(({ author }) =>
        ids.has(author.id) ? [] : (ids.add(author.id), [author]),
      );
      return fresh.length === 0 ? before : [...before, ...fresh];
    });
  }, [changes]);
  return known;
}

/** Several people may have given themselves one name: then the end of their id tells them apart. */
function namesOf(authors: readonly Author[], self: string): ReadonlyMap<string, string> {
  const names = authors.map((author) => whoOf(author, self));
  const isShared = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  return new Map(
    authors.map(({ id }, at) => {
      const name = names[at]!;
      return [id, isShared(name) ? t.namesake(name, id.slice(-4)) : name] as const;
    }),
  );
}

interface PersonSelectProps {
  readonly authors: readonly Author[];
  readonly self: string;
  /** an author's id; null: everybody */
  readonly value: string | null;
  readonly onValue: (value: string | null) => void;
}

export function PersonSelect({ authors, self, ...rest }: PersonSelectProps) {
  const names = namesOf(authors, self);
  return (
    <OneOrAll label={t.person} all={t.everybody} {...rest}>
      {[...names].map(([id, name]) => (
        <MenuItem key={id} value={id} dense>
          {name}
        </MenuItem>
      ))}
    </OneOrAll>
  );
}

interface FieldSelectProps {
  readonly fields: readonly FieldDescription[];
  /** null: all of them */
  readonly value: string | null;
  readonly onValue: (value: string | null) => void;
}

export function FieldSelect({ fields, ...rest }: FieldSelectProps) {
  return (
    <OneOrAll label={t.field} all={t.allFields} {...rest}>
      {fields.map((field) => (
        <MenuItem key={field.name} value={field.name} dense>
          <FieldLabel field={field} />
        </MenuItem>
      ))}
    </OneOrAll>
  );
}

interface OneOrAllProps {
  readonly label: string;
  /** what it says where none is chosen */
  readonly all: string;
  /** null: all */
  readonly value: string | null;
  readonly onValue: (value: string | null) => void;
  readonly children: readonly ReactNode[];
}

function OneOrAll({ label, all, value, onValue, children }: OneOrAllProps) {
  return (
    <TextField
      select
      label={label}
      value={value ?? ALL}
      onChange={({ target }) => onValue(target.value === ALL ? null : target.value)}
      slotProps={{ ...SHRUNK, select: { displayEmpty: true, MenuProps: MENU } }}
    >
      <MenuItem value={ALL} dense>
        {all}
      </MenuItem>
      {children}
    </TextField>
  );
}

const SHRUNK = { inputLabel: { shrink: true } } as const;
const MENU = { slotProps: { paper: { sx: { maxHeight: 360 } } } };
