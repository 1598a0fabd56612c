import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { Fragment } from "react";
import { texts } from "../texts.ts";

const say = texts.app.help;

/** All keyboard shortcuts, as texts.ts lists them. */
export function HelpDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="help-title">
      <DialogTitle id="help-title">{say.title}</DialogTitle>
      <DialogContent dividers tabIndex={0}>
        {say.parts.map(({ title, rows }) => (
          <Box key={title} component="section" sx={{ "& + &": { mt: 2.5 } }}>
            <Typography component="h3" variant="subtitle1" sx={{ mb: 0.5 }}>
              {title}
            </Typography>
            <Box component="dl" sx={list}>
              {rows.map(({ keys, what }) => (
                <Box key={what} sx={row}>
                  <dt>
                    {keys.map((key, at) => (
                      <Fragment key={key}>
                        {at > 0 && " "}
                        <kbd>{key}</kbd>
                      </Fragment>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </Box>
              ))}
            </Box>
          </Box>
        ))}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{say.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

const list = { m: 0, "& dt, & dd": { m: 0 } } as const;
const row = {
  display: "grid",
  gridTemplateColumns: { xs: "1fr", sm: "13rem 1fr" },
  columnGap: 2,
  rowGap: 0.5,
  alignItems: "baseline",
  fontSize: 14,
  py: 0.75,
  borderTop: 1,
  borderColor: "divider",
  "& kbd": {
    fontFamily: "inherit",
    fontSize: 12,
    fontWeight: 550,
    px: 0.75,
    py: 0.25,
    border: 1,
    borderColor: "divider",
    borderRadius: 0.5,
    bgcolor: "background.default",
    whiteSpace: "nowrap",
  },
} as const;
