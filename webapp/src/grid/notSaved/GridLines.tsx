import Box from "@mui/material/Box";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { useEffect, useId, useMemo } from "react";
import { useClient } from "../../hooks/client.ts";
import type { Replica } from "../../sync/replica.ts";
import { texts } from "../../texts.ts";
import { KINDS, type Kind, type Line } from "./lines.ts";
import { LineList } from "./LineList.tsx";
import { useLines } from "./useLines.ts";

const t = texts.notSaved;

interface GridLinesProps {
  readonly replica: Replica;
  readonly kind: Kind | null;
  readonly onKind: (kind: Kind) => void;
  readonly onEdit: (line: Line) => void;
  readonly onReveal: (id: string) => void;
}

/** What was not taken of one grid, by the reason: each has its own ways out. */
export function GridLines({ replica, kind, onKind, onEdit, onReveal }: GridLinesProps) {
  const client = useClient();
  const { grid } = replica;
  useEffect(() => client.retain(grid), [client, grid]); // in no pane perhaps: what others wrote has to come
  const lines = useLines(replica);
  const groups = useMemo(
    () =>
      KINDS.map((kind) => ({ kind, lines: lines.filter((line) => line.kind === kind) })).filter(
        ({ lines }) => lines.length > 0,
      ),
    [lines],
  );
  const id = useId();
  const group = groups.find((each) => each.kind === kind) ?? groups[0];
  if (group === undefined) return null;
  return (
    <>
      <Tabs
        value={group.kind}
        onChange={(_event, kind: Kind) => onKind(kind)}
        variant="scrollable"
        aria-label={t.kinds}
        sx={{ px: { xs: 1, sm: 2 }, flexShrink: 0 }}
      >
        {groups.map(({ kind, lines }) => (
          <Tab
            key={kind}
            value={kind}
            id={`${id}-${kind}`}
            aria-controls={kind === group.kind ? id : undefined}
            label={t.tab(t.kind[kind], lines.length)}
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id={id} aria-labelledby={`${id}-${group.kind}`} sx={panel}>
        <LineList key={group.kind} {...{ replica, onEdit, onReveal }} {...group} />
      </Box>
    </>
  );
}

const panel = {
  flex: 1,
  minHeight: 0,
  display: "flex",
  flexDirection: "column",
  borderTop: 1,
  borderColor: "divider",
} as const;
