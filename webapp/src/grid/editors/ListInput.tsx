import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useLayoutEffect, useRef, type ClipboardEvent, type ComponentType, type KeyboardEvent } from "react";
import {
  isBlank,
  joined,
  partOf,
  problemsAt,
  withItem,
  withItems,
  withMoved,
  withoutItem,
  type ListPart,
} from "../../fields/parts.ts";
import { elementOf } from "../../fields/structured.ts";
import { texts } from "../../texts.ts";
import { CloseIcon, DownIcon, UpIcon } from "./editorIcons.tsx";
import { AddIcon } from "../icons.tsx";
import type { PartProps } from "./PartInput.tsx";

interface ListInputProps extends PartProps {
  readonly part: ListPart;
  /** for each element; handed in, because an element may be a list again */
  readonly Inner: ComponentType<PartProps>;
}

/** What is to have the focus once the elements are as they were asked for. */
interface Aim {
  readonly at: number;
  readonly what: "input" | "up" | "down";
}

/** In an element of one line Enter goes on to the next; in others it has a meaning of its own. */
const isLine = (target: EventTarget): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.getAttribute("role") !== "combobox";

const TEXTS: ReadonlySet<string> = new Set(["text", "email", "url"]);

function useElements({ field, part, onPart }: ListInputProps) {
  const list = useRef<HTMLOListElement>(null);
  const aim = useRef<Aim | null>(null);
  useLayoutEffect(() => {
    if (aim.current === null) return;
    const { at, what } = aim.current;
    aim.current = null;
    const row = list.current?.children[at];
    const add = list.current?.parentElement?.querySelector<HTMLElement>(':scope > [data-does="add"]');
    const button = row?.querySelector<HTMLElement>(`:scope > * > [data-does="${what}"]:not(:disabled)`);
    (button ?? row?.querySelector<HTMLElement>("input, textarea") ?? add)?.focus();
  });
  const element = elementOf(field, field.label);
  const blank = element === null ? "" : partOf(null, element);
  const change = (next: ListPart, to: Aim) => {
    aim.current = to;
    onPart(next, "");
  };
  const acts = {
    add: (at: number) => change(withItems(part, at, [blank]), { at, what: "input" }),
    remove: (at: number) => change(withoutItem(part, at), { at: Math.max(0, at - 1), what: "input" }),
    move: (from: number, to: number, what: Aim["what"]) => {
      if (to >= 0 && to < part.items.length) change(withMoved(part, from, to), { at: to, what });
    },
    /** One element per line that is pasted, in place of an empty one. */
    paste: (at: number, lines: readonly string[]) => {
      const own = isBlank(part.items[at]?.part ?? "");
      const before = own ? withoutItem(part, at) : part;
      change(withItems(before, own ? at : at + 1, lines), {
        at: at + lines.length - (own ? 1 : 0),
        what: "input",
      });
    },
  };
  return { list, acts };
}

type Acts = ReturnType<typeof useElements>["acts"];

/** Elements one under the other; they are added, taken out and moved by keyboard too. */
export function ListInput(props: ListInputProps) {
  const { part, disabled } = props;
  const { list, acts } = useElements(props);
  return (
    <Stack spacing={1} sx={{ pt: 0.5, alignItems: "flex-start" }}>
      {part.items.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          {texts.editors.noItems}
        </Typography>
      )}
      <Box component="ol" ref={list} sx={ROWS}>
        {part.items.map(({ key }, at) => (
          <Row key={key} {...props} at={at} acts={acts} />
        ))}
      </Box>
      <Button
        data-does="add"
        startIcon={<AddIcon />}
        disabled={disabled}
        autoFocus={props.autoFocus === true && part.items.length === 0}
        onClick={() => acts.add(part.items.length)}
      >
        {texts.editors.addItem}
      </Button>
    </Stack>
  );
}

const ROWS = {
  listStyle: "none",
  p: 0,
  m: 0,
  width: "100%",
  display: "flex",
  flexDirection: "column",
  gap: 1,
};

type RowProps = ListInputProps & {
  readonly at: number;
  readonly acts: Acts;
};

function Row({ Inner, field, part: list, problems, onPart, at, acts, autoFocus, disabled }: RowProps) {
  const element = elementOf(field, texts.editors.item(at + 1));
  const part = list.items[at]?.part ?? "";
  if (element === null) return null;
  const shown = { ...element, required: false }; // one that is left empty is left out
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.repeat) return; // a key that is held empties one element, not the list
    const move = event.altKey && event.shiftKey ? ({ ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0) : 0;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && typeof part === "string";
    if (move !== 0) acts.move(at, at + move, "input");
    else if (plain && event.key === "Enter" && isLine(event.target)) acts.add(at + 1);
    else if (plain && event.key === "Backspace" && part === "" && isLine(event.target)) acts.remove(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPaste = (event: ClipboardEvent) => {
    const lines = event.clipboardData
      .getData("text/plain")
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "");
    if (lines.length < 2 || !TEXTS.has(element.type)) return;
    event.preventDefault();
    acts.paste(at, lines);
  };
  return (
    <Box component="li" onKeyDown={onKeyDown} sx={ROW}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Inner
          field={shown}
          part={part}
          problems={problemsAt(problems, String(at))}
          bare={typeof part === "string"}
          autoFocus={autoFocus === true && at === 0}
          disabled={disabled}
          onPaste={onPaste}
          onPart={(next, path) => onPart(withItem(list, at, next), joined(String(at), path))}
        />
      </Box>
      <RowButtons at={at} last={list.items.length - 1} acts={acts} disabled={disabled} />
    </Box>
  );
}

const ROW = { display: "flex", alignItems: "flex-start", gap: 0.25 };

type RowButtonsProps = Pick<RowProps, "at" | "acts" | "disabled"> & { readonly last: number };

function RowButtons({ at, last, acts, disabled = false }: RowButtonsProps) {
  const place = at + 1;
  return (
    <Stack direction="row" sx={{ pt: "5px" }}>
      <IconButton
        data-does="up"
        aria-label={texts.editors.moveUp(place)}
        aria-keyshortcuts="Alt+Shift+ArrowUp"
        disabled={disabled || at === 0}
        onClick={() => acts.move(at, at - 1, "up")}
      >
        <UpIcon fontSize="small" />
      </IconButton>
      <IconButton
        data-does="down"
        aria-label={texts.editors.moveDown(place)}
        aria-keyshortcuts="Alt+Shift+ArrowDown"
        disabled={disabled || at === last}
        onClick={() => acts.move(at, at + 1, "down")}
      >
        <DownIcon fontSize="small" />
      </IconButton>
      <IconButton
        aria-label={texts.editors.removeItem(place)}
        disabled={disabled}
        onClick={() => acts.remove(at)}
      >
        <CloseIcon fontSize="small" />
      </IconButton>
    </Stack>
  );
}
