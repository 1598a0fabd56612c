import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import type { KeyboardEvent } from "react";
import { useAwayNow, useMarks } from "../../hooks/useAway.ts";
import { texts } from "../../texts.ts";
import { Panel, PanelAction } from "../panels/Panel.tsx";
import { usePane, usePaneNow } from "../pane.ts";
import { AwayEntry } from "./AwayEntry.tsx";

const t = texts.away;

/** More than that nobody reads one by one. */
const MOST_LISTED = 200;

interface AwayPanelProps {
  readonly anchor: HTMLElement;
  readonly text: string;
  readonly onClose: () => void;
  readonly onGo: (id: string, field: string | undefined) => void;
}

/** From one place to the next by arrow keys: Tab leads past all that stands between. */
function onKeyDown(event: KeyboardEvent<HTMLElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-place]")];
  const at = places.findIndex((place) => place === document.activeElement);
  event.preventDefault();
  places[Math.min(places.length - 1, Math.max(0, at + step))]?.focus();
}

/** All that others did while its user was away, record by record. */
export function AwayPanel({ anchor, text, onClose, onGo }: AwayPanelProps) {
  const { away } = usePane();
  const { narrow } = usePaneNow();
  const { count, more } = useAwayNow(away);
  const marks = useMarks(away);
  const go = (id: string, field?: string) => {
    onClose();
    onGo(id, field);
  };
  return (
    <Panel
      title={t.title}
      anchor={anchor}
      narrow={narrow}
      width={440}
      actions={<PanelAction onClick={() => away.seeAll()}>{count > 0 ? t.seeAll : t.understood}</PanelAction>}
      onClose={onClose}
    >
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
        {count === 0 ? t.replacedWhy : more ? t.newest(text) : t.until(text)}
      </Typography>
      <Stack component="ul" aria-label={t.title} onKeyDown={onKeyDown} sx={list}>
        {marks.slice(0, MOST_LISTED).map((mark) => (
          <AwayEntry key={mark.id} mark={mark} onGo={go} />
        ))}
      </Stack>
      {marks.length > MOST_LISTED && (
        <Typography variant="body2" color="textSecondary">
          {t.moreRecords(marks.length - MOST_LISTED)}
        </Typography>
      )}
    </Panel>
  );
}

const list = { listStyle: "none", m: 0, p: 0, gap: 1 };
