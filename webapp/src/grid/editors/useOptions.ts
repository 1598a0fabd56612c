import { useMemo, useState } from "react";
import { collation } from "../../fields/collation.ts";
import { joinChoice, splitChoice } from "../../fields/options.ts";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { FieldDescription, Json } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import type { InputProps } from "./inputs.tsx";

const { fold } = collation;

/** An option as text, which is also the draft of a choice; the empty one takes the value away. */
export type Token = string;

export const NONE: Token = "";
export const tokenOf = (value: Json): Token => JSON.stringify(value);
export const valueOf = (token: Token): Json => JSON.parse(token) as Json;

/** Yes and no need no colours. */
export const isPlain = (field: FieldDescription): boolean => field.type === "boolean";

export const labelOf = (token: Token, field: FieldDescription): string =>
  token === NONE
    ? texts.editors.none
    : VALUE_TYPES[isPlain(field) ? "boolean" : "choice"].show(valueOf(token), field);

/**
 * What is chosen, and what is written to find more. In a form that belongs to the draft: it neither vanishes when the
 * field is left, nor is the form sent as if it were not there. In a cell it ends with the editor.
 */
function useWritten({ draft, onDraft, inCell }: InputProps) {
  const [chosen, written] = splitChoice(draft);
  const [sought, setSought] = useState(written); // what was pasted and is no choice
  if (inCell !== undefined) {
    const setQuery = (text: string) => {
      setSought(text);
      if (written !== "") onDraft(joinChoice(chosen, text));
    };
    return { chosen, query: sought, setQuery, choose: onDraft };
  }
  return {
    chosen,
    query: written,
    setQuery: (text: string) => onDraft(joinChoice(chosen, text)),
    /** `left`: what is still written afterwards */
    choose: (next: string, left = "") => onDraft(joinChoice(next, left)),
  };
}

/** Options found by typing any part of them, whatever the case and the accents; first those that start with it. */
export function useOptions(props: InputProps) {
  const { field } = props;
  const tokens = useMemo(
    () => (isPlain(field) ? [true, false] : (field.options ?? [])).map(tokenOf),
    [field],
  );
  const written = useWritten(props);
  const { query } = written;
  const folded = useMemo(
    () => new Map([NONE, ...tokens].map((token) => [token, fold(labelOf(token, field))])),
    [tokens, field],
  );
  const sought = fold(query.trim());
  const matches = (all: readonly Token[]): Token[] => {
    if (sought === "") return [...all];
    const places = all.map((token) => ({
      token,
      at: token === NONE ? -1 : (folded.get(token) ?? "").indexOf(sought),
    }));
    const found = places.filter(({ at }) => at >= 0);
    return [...found.filter(({ at }) => at === 0), ...found.filter(({ at }) => at > 0)].map(
      ({ token }) => token,
    );
  };
  return { tokens, ...written, matches };
}
