import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import Typography from "@mui/material/Typography";
import { memo, type ReactNode } from "react";
import { titleOf } from "../../fields/title.ts";
import { useRecord } from "../../hooks/useReplica.ts";
import type { Fields } from "../../protocol.ts";
import type { Last, RecordMark } from "../../sync/marks.ts";
import { texts } from "../../texts.ts";
import { ChangeValues } from "../history/ChangeValues.tsx";
import { usePane, usePaneNow } from "../pane.ts";
import { Who } from "../refused/RefusedContent.tsx";

const t = texts.away;

interface AwayEntryProps {
  readonly mark: RecordMark;
  readonly onGo: (id: string, field?: string) => void;
}

/** One record: what it is called, and each of its fields that changed, old → new, or that it came or went. */
export const AwayEntry = memo(function AwayEntry({ mark, onGo }: AwayEntryProps) {
  const { replica, away } = usePane();
  const { mayEdit, fields, actions } = usePaneNow();
  const { id, kind, last, previous } = mark;
  const record = useRecord(replica, id);
  const now: Fields = record?.fields ?? {};
  const restore = () => {
    actions.restore(id);
    away.see(id);
  };
  const title = titleOf(previous ?? now, fields) ?? texts.grid.untitled;
  return (
    <Box component="li" sx={entry}>
      <Typography component="h3" variant="subtitle2" noWrap title={title} sx={{ px: 0.75 }}>
        {title}
      </Typography>
      {kind === "changed" ? (
        [...mark.fields].map(([name, { before, last }]) => (
          <Place key={name} last={last} by={texts.record.changedBy} onGo={() => onGo(id, name)}>
            <ChangeValues fields={fields} before={{ [name]: before }} after={{ [name]: now[name] ?? null }} />
          </Place>
        ))
      ) : (
        <Place
          last={last}
          by={t.wholeBy[kind]}
          // One that this page has never had cannot be opened.
          onGo={record === undefined ? null : () => onGo(id)}
        />
      )}
      {mayEdit && kind === "deleted" && (
        <Button onClick={restore} sx={{ ml: 0.25 }}>
          {texts.grid.restore}
        </Button>
      )}
    </Box>
  );
});

interface PlaceProps {
  readonly last: Last;
  readonly by: (name: string) => string;
  /** null: there is nothing to go to */
  readonly onGo: (() => void) | null;
  readonly children?: ReactNode;
}

/** No `<button>`: a list of descriptions may not stand in one. */
function Place({ last, by, onGo, children }: PlaceProps) {
  const content = (
    <>
      {children}
      <Who text={by} author={last.author} at={last.at} />
    </>
  );
  if (onGo === null) return <Box sx={place}>{content}</Box>;
  return (
    <ButtonBase component="div" data-place onClick={onGo} sx={place} focusRipple>
      {content}
    </ButtonBase>
  );
}

const entry = { borderTop: 1, borderColor: "divider", pt: 0.75 };

const place = {
  display: "block",
  width: "100%",
  textAlign: "left",
  borderRadius: 1,
  px: 0.75,
  py: 0.5,
  "&:hover[data-place], &.Mui-focusVisible": { bgcolor: "action.hover" },
} as const;
