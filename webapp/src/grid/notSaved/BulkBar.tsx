import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Stack from "@mui/material/Stack";
import { useCallback } from "react";
import { texts } from "../../texts.ts";
import { CopyText } from "./CopyText.tsx";
import { copyOf, type Line } from "./lines.ts";

const t = texts.notSaved;

interface BulkBarProps {
  readonly lines: readonly Line[];
  readonly chosen: readonly Line[];
  readonly names: readonly [again: string, leave: string];
  readonly onChoose: (all: boolean) => void;
  readonly onAgain: (lines: readonly Line[]) => void;
  readonly onLeave: (lines: readonly Line[]) => void;
}

/** What can be done with those that are ticked, or with all, on whatever page. */
export function BulkBar({ lines, chosen, names, onChoose, onAgain, onLeave }: BulkBarProps) {
  const some = chosen.length > 0 ? chosen : lines;
  const name = (label: string) =>
    chosen.length > 0 ? t.bulkChosen(label, chosen.length) : t.bulkAll(label, lines.length);
  const text = useCallback(() => copyOf(some), [some]);
  const label = chosen.length > 0 ? t.chosen(chosen.length) : t.count(lines.length);
  return (
    <Stack direction="row" sx={bar}>
      {lines.length > 1 && (
        <FormControlLabel
          label={label}
          sx={{ mr: "auto" }}
          control={
            <Checkbox
              size="small"
              checked={chosen.length === lines.length}
              indeterminate={chosen.length > 0 && chosen.length < lines.length}
              onChange={(_event, on) => onChoose(on)}
              slotProps={{ input: { "aria-label": t.all } }}
            />
          }
        />
      )}
      <CopyText text={text} label={t.copyAll(some.length)} />
      {lines.length > 1 && (
        <>
          <Button color="inherit" variant="outlined" onClick={() => onLeave(some)}>
            {name(names[1])}
          </Button>
          <Button variant="outlined" onClick={() => onAgain(some)}>
            {name(names[0])}
          </Button>
        </>
      )}
    </Stack>
  );
}

const bar = { px: { xs: 2, sm: 3 }, py: 1, gap: 1, alignItems: "center", flexWrap: "wrap", flexShrink: 0 };
