import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { ChangeKind, FieldDescription, Fields, HistoryEntry } from "../../protocol.ts";
import type { RecordView } from "../../sync/types.ts";
import { sameValue } from "../../sync/values.ts";
import { texts } from "../../texts.ts";
import { RestoreIcon } from "../rowIcons.tsx";
import type { ValueAt } from "./ChangeValues.tsx";
import { obstacleOf, obstacleTo, wayBack, type WayBack } from "./versions.ts";

const t = texts.history;

/** A record whose history is shown, and the ways back. */
export interface Restoring {
  /** false: they are shown to nobody who cannot go them */
  readonly mayEdit: boolean;
  readonly fields: readonly FieldDescription[];
  /** as it is shown now; undefined: nothing is known of it here */
  readonly record: RecordView | undefined;
  readonly onBack: (way: WayBack, told: string) => void;
  /** Brings it back as a whole; with what it last had. */
  readonly onRestore: (last: Fields) => void;
}

interface RestoreVersionProps {
  readonly restoring: Restoring;
  readonly change: HistoryEntry;
  /** the record right after the change; null: it was gone; undefined: that cannot be told */
  readonly then: Fields | null | undefined;
  readonly newest: boolean;
}

/** Makes the record what it was right after a change; where it is that, it says so. */
export function RestoreVersion({ restoring, change, then, newest }: RestoreVersionProps) {
  const { mayEdit, fields, record, onBack, onRestore } = restoring;
  if (!mayEdit) return null;
  if (newest && change.kind === "delete" && record === undefined)
    return <Act text={t.restore(1)} go={() => onRestore(change.previous ?? {})} />;
  if (then == null || record === undefined || record.deleted) return null;
  const way = wayBack(fields, record.fields, then);
  if (way === null) return <Remark>{t.current}</Remark>;
  const why = obstacleTo(way, fields);
  const told = t.restoredVersion(Object.keys(way.patch).length);
  return <Act text={t.restoreVersion} why={why} go={() => onBack(way, told)} />;
}

interface ActProps {
  readonly text: string;
  /** why it cannot be done */
  readonly why?: string | null;
  readonly go: () => void;
}

function Act({ text, why = null, go }: ActProps) {
  return (
    <Tooltip title={why === null ? "" : t.cannot(why)} describeChild>
      <Button
        aria-disabled={why !== null}
        onClick={() => why === null && go()}
        sx={[ACT, why !== null && { color: "text.disabled" }]}
      >
        {text}
      </Button>
    </Tooltip>
  );
}

const ACT = { py: 0, minHeight: 24, flexShrink: 0, fontSize: 12 };

const Remark = ({ children }: { readonly children: string }) => (
  <Typography variant="caption" color="textSecondary" sx={{ flexShrink: 0 }}>
    {children}
  </Typography>
);

interface RestoreValueProps {
  readonly restoring: Restoring;
  readonly value: ValueAt;
  readonly kind: ChangeKind;
}

/** Gives a field one of its earlier values again; nothing where it has it, a sentence where it cannot have it. */
export function RestoreValue({ restoring, value: at, kind }: RestoreValueProps) {
  const { record, onBack } = restoring;
  const { name, field, value, side } = at;
  if (record === undefined || record.deleted) return null;
  // What is said of the field is said once, behind its last value.
  const isLast = side === (kind === "delete" ? "before" : "after");
  if (field === undefined) return isLast ? <Why text={t.noField(name)} /> : null;
  const now = record.fields[name] ?? null;
  if (field.read_only || sameValue(now, value)) return null;
  const why = obstacleOf(name, field, value);
  if (why !== null) return <Why text={t.cannot(why)} />;
  const text = value === null ? texts.editors.empty : VALUE_TYPES[field.type].show(value, field);
  const way = { patch: { [name]: value }, was: { [name]: now } };
  const label = t.restoreValue(field.label, text);
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={() => onBack(way, t.restoredValue(field.label))} sx={BUTTON}>
        <RestoreIcon fontSize="inherit" />
      </IconButton>
    </Tooltip>
  );
}

const Why = ({ text }: { readonly text: string }) => (
  <Box component="span" sx={{ display: "block", fontSize: 12, color: "text.secondary" }}>
    {text}
  </Box>
);

const BUTTON = { fontSize: 15, width: 24, height: 24, p: 0, ml: 0.5, my: -0.5, color: "primary.main" };
