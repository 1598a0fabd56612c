import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import type { AutocompleteRenderInputParams } from "@mui/material/Autocomplete";
import { useMemo, useRef, type HTMLAttributes, type KeyboardEvent, type SyntheticEvent } from "react";
import { asList } from "../../fields/values.ts";
import { texts } from "../../texts.ts";
import { CheckIcon } from "./editorIcons.tsx";
import { fieldProps, type InputProps } from "./inputs.tsx";
import { OptionChip, RemovableChip } from "./OptionChip.tsx";
import { isPlain, labelOf, NONE, tokenOf, useOptions, valueOf, type Token } from "./useOptions.ts";

const byKey = ({ type }: SyntheticEvent): boolean => type === "keydown";

type OptionKey = KeyboardEvent & { defaultMuiPrevented?: boolean };

type Options = ReturnType<typeof useOptions>;

/** What both kinds of choice share: in a cell the list is always open; elsewhere it opens when it is asked for. */
function common(props: InputProps, { query, setQuery, matches }: Options) {
  const { field, inCell } = props;
  return {
    filterOptions: matches,
    getOptionLabel: (token: Token) => labelOf(token, field),
    getOptionKey: (token: Token) => token,
    autoHighlight: query !== "", // unasked nothing is: Enter must not choose what nobody looked for
    inputValue: query,
    // Leaving a form's input takes nothing away; what an option puts there comes with the choice of it.
    onInputChange: (_event: unknown, text: string, reason: string) =>
      (reason === "input" || (inCell !== undefined && BY_CHOICE.test(reason))) && setQuery(text),
    forcePopupIcon: inCell === undefined,
    noOptionsText: texts.editors.noMatch,
    disabled: props.look?.disabled === true,
    renderInput: (params: AutocompleteRenderInputParams) => <Search params={params} props={props} />,
    sx: inCell === undefined && !field.required ? undefined : NO_CLEAR,
    slotProps: {
      listbox: { "aria-label": field.label, "aria-labelledby": undefined, sx: LIST },
      popper: { placement: "bottom-start" as const, sx: { minWidth: 200 }, modifiers: inCell && AT_EDGE },
    },
    ...(inCell && {
      open: true,
      onClose: (_event: unknown, reason: string) => reason === "escape" && inCell.onEscape(),
    }),
  };
}

const BY_CHOICE = /Option$|^clear$/;

/** Under the edge of what stands over the cell, not under the text in it. */
const AT_EDGE = [{ name: "offset", options: { offset: [-10, 2] } }];

const NO_CLEAR = { "& .MuiAutocomplete-clearIndicator": { display: "none" } };

/** Options out of sight cost nothing: there may be thousands. */
const LIST = {
  maxHeight: "min(40vh, 340px)",
  "& .MuiAutocomplete-option": {
    minHeight: 32,
    px: 1,
    py: 0, // else the height of those out of sight is guessed wrong
    gap: 0.75,
    fontSize: 13,
    contentVisibility: "auto",
    containIntrinsicSize: "auto 32px",
  },
};

interface SearchProps {
  readonly params: AutocompleteRenderInputParams;
  readonly props: InputProps;
}

function Search({ params: { slotProps, ...params }, props }: SearchProps) {
  const { htmlInput, input, inputLabel } = slotProps;
  return <TextField {...params} {...fieldProps(props, htmlInput, input, inputLabel)} />;
}

type OptionAttributes = HTMLAttributes<HTMLLIElement> & { readonly key: React.Key };

export function ChoiceInput(props: InputProps) {
  const { field, onChosen, inCell } = props;
  const options = useOptions(props);
  const { chosen } = options;
  const clearable = !field.required && chosen !== NONE;
  const offered = clearable ? [NONE, ...options.tokens] : options.tokens;
  const onKeyDown = (event: KeyboardEvent) => {
    const lost = event.key === "Enter" && options.query !== "" && options.matches(offered).length === 0;
    if (lost && inCell) event.stopPropagation(); // the edit does not end as if something had been chosen
  };
  const onChange = (event: SyntheticEvent, token: Token | null, reason: string) => {
    if (field.required && token === null) return;
    options.choose(token ?? NONE);
    if (reason === "selectOption") onChosen?.(byKey(event) ? "key" : "pointer");
  };
  return (
    <Autocomplete<Token>
      {...common(props, options)}
      options={offered}
      value={chosen === NONE ? null : chosen}
      onKeyDown={onKeyDown}
      onChange={onChange}
      renderValue={(token, getItemProps) =>
        isPlain(field) ? (
          <span style={inCell === undefined ? BESIDE : undefined}>{labelOf(token, field)}</span>
        ) : (
          <RemovableChip value={valueOf(token)} field={field} item={getItemProps()} fixed={field.required} />
        )
      }
      renderOption={({ key, ...option }: OptionAttributes, token) => (
        <li key={key} {...option}>
          {token === NONE || isPlain(field) ? (
            labelOf(token, field)
          ) : (
            <OptionChip value={valueOf(token)} field={field} />
          )}
        </li>
      )}
    />
  );
}

/** Where the text of the other inputs of a form begins; a chip has that room by itself. */
const BESIDE = { marginLeft: 8 };

const SEEKS = /^(Arrow(Up|Down)|Page(Up|Down)|Home|End)$/;

/** Chips stay as they are chosen; the list stays open. */
export function ChoicesInput(props: InputProps) {
  const { field, inCell } = props;
  const options = useOptions(props);
  const { chosen: draft, query } = options;
  // The same array until it is another choice: with a new one the Autocomplete forgets what is typed.
  const chosen = useMemo(() => (draft === "" ? [] : asList(valueOf(draft)).map(tokenOf)), [draft]);
  const sought = useRef(false); // by the arrows: the list highlights what is chosen already by itself
  const onKeyDown = (event: OptionKey) => {
    if (SEEKS.test(event.key)) sought.current = true;
    if (event.key !== "Enter") return;
    if (inCell && query !== "" && options.matches(options.tokens).length === 0) event.stopPropagation();
    if (query === "" && !sought.current) event.defaultMuiPrevented = true; // it ends the edit
  };
  const onChange = (event: SyntheticEvent, tokens: readonly Token[], reason: string) => {
    const toggled = reason === "selectOption" || reason === "removeOption";
    if (toggled && byKey(event) && (event as KeyboardEvent).key === "Enter") event.stopPropagation();
    if (query !== "") sought.current = false;
    const next = tokens.length === 0 ? "" : `[${inOrder(tokens, options.tokens).join(",")}]`;
    const byChip = event.target instanceof Element && event.target.closest(".MuiChip-root") !== null;
    options.choose(next, byChip ? query : ""); // it was written for what was chosen, unless a chip was taken out
  };
  return (
    <Autocomplete<Token, true>
      {...common(props, options)}
      multiple
      disableCloseOnSelect
      options={options.tokens}
      value={chosen}
      onKeyDown={onKeyDown}
      onChange={onChange}
      renderValue={(tokens, getItemProps) =>
        tokens.map((token, index) => {
          const { key: _key, ...item } = getItemProps({ index });
          return <RemovableChip key={token} value={valueOf(token)} field={field} item={item} />;
        })
      }
      renderOption={({ key, ...option }: OptionAttributes, token, { selected }) => (
        <li key={key} {...option}>
          <CheckIcon fontSize="small" sx={{ visibility: selected ? "visible" : "hidden" }} />
          <OptionChip value={valueOf(token)} field={field} />
        </li>
      )}
    />
  );
}

/** As described, not as clicked; what is none of the options stays at the end. */
function inOrder(chosen: readonly Token[], described: readonly Token[]): readonly Token[] {
  const known = described.filter((token) => chosen.includes(token));
  return [...known, ...chosen.filter((token) => !known.includes(token))];
}
