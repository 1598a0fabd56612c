import Typography from "@mui/material/Typography";
import { useEffect } from "react";
import { useMark } from "../../hooks/useAway.ts";
import type { FieldDescription } from "../../protocol.ts";
import type { Away } from "../../sync/away.ts";
import { capitalized } from "../capitalized.ts";
import { usePane } from "../pane.ts";
import { READ_MS } from "./Mark.tsx";
import { markText, wholeText } from "./markText.ts";

interface AwayNoteProps {
  readonly id: string;
  /** without it: what happened to the record as a whole */
  readonly field?: FieldDescription;
}

/** In an open record: what happened to a field, or to all of it, while its user was away. */
export function AwayNote({ id, field }: AwayNoteProps) {
  const mark = useMark(usePane().away, id);
  if (mark === undefined) return null;
  const isWhole = mark.kind !== "changed";
  if (isWhole !== (field === undefined) || (field !== undefined && !mark.fields.has(field.name))) return null;
  const text = field === undefined ? wholeText(mark) : markText(mark, field);
  return (
    <Typography variant="caption" component="p" sx={note}>
      {capitalized(text)}
    </Typography>
  );
}

const note = {
  mb: 1.5,
  pl: 1,
  borderLeft: 3,
  borderColor: "primary.main",
  color: "text.secondary",
  overflowWrap: "anywhere",
};

/** Whoever has had a record open long enough to read it has seen what happened to it, when it is closed. */
export function useReading(away: Away, record: string | null): void {
  useEffect(() => {
    if (record === null) return;
    const since = performance.now();
    return () => {
      if (performance.now() - since >= READ_MS) away.see(record);
    };
  }, [away, record]);
}
