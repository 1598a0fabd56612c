import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { FieldDescription } from "../../protocol.ts";
import type { SortItem } from "../../query/query.ts";
import { texts } from "../../texts.ts";
import { FieldMenu } from "./FieldChoice.tsx";
import { AddIcon } from "../icons.tsx";
import { Panel, PanelAction } from "./Panel.tsx";
import { SPOKEN } from "../spoken.ts";
import { SortRow } from "./SortRow.tsx";
import { useFocus } from "./useFocus.ts";
import { addSort, isSortedBy, moveSort } from "./viewEdits.ts";

interface SortPanelProps {
  readonly fields: readonly FieldDescription[];
  readonly sort: readonly SortItem[];
  readonly onSort: (sort: readonly SortItem[]) => void;
  readonly anchor: HTMLElement;
  readonly narrow: boolean;
  readonly onClose: () => void;
}

const ADD = "[data-part=add]";

/** The fields that a pane is sorted by, the first one first. */
export function SortPanel({ fields, sort, onSort, ...panel }: SortPanelProps) {
  const { root, focus } = useFocus(sort.length === 0 ? [ADD] : []);
  const [moved, setMoved] = useState("");
  const free = fields.filter(({ name }) => !isSortedBy(sort, name));
  const labelOf = ({ field }: SortItem) => fields.find(({ name }) => name === field)?.label ?? field;

  const add = (field: FieldDescription) => {
    onSort(addSort(sort, field.name));
    focus(`[data-place="${sort.length}"] [data-part=direction]`);
  };
  const remove = (at: number) => {
    onSort(sort.toSpliced(at, 1));
    focus(`[data-place="${Math.min(at, sort.length - 2)}"] [data-part=remove]`, ADD);
  };
  const move = (key: SortItem, from: number, to: number) => {
    onSort(moveSort(sort, from, to));
    setMoved(texts.panels.moved(labelOf(key), to + 1, sort.length));
    // At an end, the button that was pressed is off: the other one is at hand.
    const [part, other] = to < from ? ["up", "down"] : ["down", "up"];
    focus(`[data-place="${to}"] [data-part=${part}]:enabled`, `[data-place="${to}"] [data-part=${other}]`);
  };
  const clear = () => {
    onSort([]);
    focus(ADD);
  };
  return (
    <Panel
      {...panel}
      title={texts.panels.sort}
      width={420}
      actions={
        <PanelAction disabled={sort.length === 0} onClick={clear}>
          {texts.panels.clear}
        </PanelAction>
      }
    >
      <Box ref={root} sx={{ display: "grid", gap: 0.75 }}>
        {sort.length === 0 && (
          <Typography variant="body2" color="textSecondary">
            {texts.panels.noSort}
          </Typography>
        )}
        {sort.map((key, at) => (
          <SortRow
            key={at}
            fields={fields.filter(({ name }) => name === key.field || !isSortedBy(sort, name))}
            item={key}
            place={at}
            of={sort.length}
            label={labelOf(key)}
            onItem={(item) => onSort(sort.with(at, item))}
            onMove={(to) => move(key, at, to)}
            onRemove={() => remove(at)}
          />
        ))}
        <Box>
          <FieldMenu label={texts.panels.addSort} icon={<AddIcon />} fields={free} onField={add} />
        </Box>
        <Box role="status" sx={SPOKEN}>
          {moved}
        </Box>
      </Box>
    </Panel>
  );
}
