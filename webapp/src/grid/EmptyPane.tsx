import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { NO_FILTER } from "../query/query.ts";
import { texts } from "../texts.ts";
import { AddIcon } from "./icons.tsx";
import { usePaneNow } from "./pane.ts";

const t = texts.grid;

/** Over the rows' place, between the headers and the footer. */
const middle = {
  position: "absolute",
  inset: "56px 0",
  display: "flex",
  flexDirection: "column",
  alignItems: "center",
  justifyContent: "center",
  gap: 1,
  p: 2,
  textAlign: "center",
} as const;

/** Where no row is to be shown: why, and what can be done about it. */
export function EmptyPane() {
  const { mayEdit, complete, total, onState, actions } = usePaneNow();
  if (!complete) return <Box sx={middle}>{t.comingIn}</Box>;
  if (total > 0)
    return (
      <Box sx={middle}>
        <Typography>{t.noMatches}</Typography>
        <Button variant="outlined" onClick={() => onState({ filter: NO_FILTER, search: "" }, "push")}>
          {t.showAll}
        </Button>
      </Box>
    );
  return (
    <Box sx={middle}>
      <Typography variant="subtitle1">{t.noRecords}</Typography>
      {mayEdit && (
        <>
          <Button variant="contained" startIcon={<AddIcon />} onClick={actions.add}>
            {t.addFirst}
          </Button>
          <Typography variant="body2" color="textSecondary">
            {t.noRecordsHint} <code>{t.importCommand}</code>
          </Typography>
        </>
      )}
    </Box>
  );
}
