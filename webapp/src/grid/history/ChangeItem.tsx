import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import type { FieldDescription, HistoryEntry } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { AddIcon, DeleteIcon } from "../icons.tsx";
import { ago } from "../refused/ago.ts";
import { EditIcon, RestoreIcon } from "../rowIcons.tsx";
import { ChangeValues, type ValueAt } from "./ChangeValues.tsx";
import { whoOf, type Deed } from "./telling.ts";

const LOOKS = {
  add: { Icon: AddIcon, color: "success" },
  update: { Icon: EditIcon, color: "primary" },
  delete: { Icon: DeleteIcon, color: "error" },
  restore: { Icon: RestoreIcon, color: "success" },
} as const;

interface ChangeItemProps {
  readonly change: HistoryEntry;
  readonly deed: Deed;
  /** of the grid, as they are now */
  readonly fields: readonly FieldDescription[];
  /** the id of who looks at it */
  readonly self: string;
  /** which record it is, where the list is about several; and whatever else stands in front of the values */
  readonly title?: ReactNode;
  /** what can be done with it as a whole */
  readonly action?: ReactNode;
  readonly only?: readonly string[] | undefined;
  /** no more fields than that at first */
  readonly most: number;
  readonly renderBeside?: (value: ValueAt) => ReactNode;
}

/** One change: who, what and when; and what it did. */
export function ChangeItem({ change, deed, fields, self, title, action, ...values }: ChangeItemProps) {
  const { kind, author, at, previous } = change;
  const { Icon, color } = LOOKS[deed];
  return (
    <Box component="li" data-revision={change.revision} sx={ITEM}>
      <Box aria-hidden sx={[BADGE, { color: `${color}.main` }]}>
        <Icon fontSize="inherit" />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={LINE}>
          <Typography variant="body2" component="p" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
            <strong>{whoOf(author, self)}</strong> {texts.history.did[deed]}
            {" · "}
            <Box component="time" dateTime={at} title={new Date(at).toLocaleString()} sx={WHEN}>
              {ago(at)}
            </Box>
          </Typography>
          {action}
        </Box>
        {title}
        <ChangeValues
          fields={fields}
          before={kind === "add" ? null : previous}
          after={change.fields}
          {...values}
        />
      </Box>
    </Box>
  );
}

const ITEM = {
  display: "flex",
  gap: 1.25,
  py: 1.25,
  px: 2,
  outline: "none",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;

const BADGE = {
  flexShrink: 0,
  width: 24,
  height: 24,
  mt: 0.125,
  borderRadius: "50%",
  display: "grid",
  placeItems: "center",
  fontSize: 15,
  bgcolor: "color-mix(in srgb, currentColor 13%, transparent)",
} as const;

const LINE = { display: "flex", alignItems: "baseline", gap: 1, mb: 0.5 } as const;
const WHEN = { color: "text.secondary", fontSize: 12, whiteSpace: "nowrap" } as const;
