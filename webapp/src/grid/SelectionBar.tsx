import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { texts } from "../texts.ts";
import { DeleteIcon } from "./icons.tsx";
import { DuplicateIcon } from "./rowIcons.tsx";
import { usePane, usePaneNow } from "./pane.ts";

const t = texts.grid;

const bar = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  columnGap: 1.5,
  px: 1.5,
  py: 0.25,
  minHeight: 36,
  borderTop: 1,
  borderColor: "divider",
  bgcolor: "action.hover",
};

/** How many records are ticked, wherever they stand, and what can be done with them. */
export function SelectionBar() {
  const { view } = usePane();
  const { mayEdit, selection, actions, count, total } = usePaneNow();
  const { ids, choose } = selection;
  const chosen = [...ids];
  if (chosen.length === 0 || !mayEdit) return null;
  return (
    <Box role="group" aria-label={t.selected(chosen.length)} sx={bar}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {t.selected(chosen.length)}
      </Typography>
      {chosen.length < count && (
        <Link component="button" variant="body2" onClick={() => choose(view.ids())}>
          {count < total ? t.selectMatching(count) : t.selectAll(count)}
        </Link>
      )}
      <Link component="button" variant="body2" onClick={() => choose([])}>
        {t.clearSelection}
      </Link>
      <Box sx={{ display: "flex", ml: "auto" }}>
        <Button color="inherit" startIcon={<DuplicateIcon />} onClick={() => actions.duplicate(chosen)}>
          {t.duplicate(chosen.length)}
        </Button>
        <Button color="error" startIcon={<DeleteIcon />} onClick={() => actions.remove(chosen)}>
          {t.delete(chosen.length)}
        </Button>
      </Box>
    </Box>
  );
}
