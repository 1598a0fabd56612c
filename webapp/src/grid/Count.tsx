import Typography from "@mui/material/Typography";
import { useGridStatus } from "../hooks/useReplica.ts";
import { texts } from "../texts.ts";
import { countOf } from "./panels/conditions.ts";
import { usePane, usePaneNow } from "./pane.ts";

/** How many records the pane shows, of how many there are. */
export function Count() {
  const { replica } = usePane();
  const { fields, state, count, total } = usePaneNow();
  const loading = useGridStatus(replica, (status) =>
    status.state === "filling" ? texts.grid.loadingCount(status.count, status.expected) : null,
  );
  const asked = state.search.trim() !== "" || countOf(state.filter, fields) > 0;
  const text = loading ?? (asked ? texts.grid.recordsOf(count, total) : texts.grid.records(total));
  return (
    <Typography
      variant="body2"
      noWrap
      title={text}
      data-longest={texts.grid.recordsOf(total, total)}
      sx={style}
    >
      {text}
    </Typography>
  );
}

/**
 * It is cut off rather than that it makes the toolbar taller: while records come in it is at its longest. And it has
 * room for all of them, or what is beside it would move with each letter of a search.
 */
const style = {
  flex: "1 1 96px",
  minWidth: 0,
  maxWidth: "max-content",
  color: "text.secondary",
  fontVariantNumeric: "tabular-nums",
  "&::after": { content: "attr(data-longest)", display: "block", height: 0, visibility: "hidden" },
};
