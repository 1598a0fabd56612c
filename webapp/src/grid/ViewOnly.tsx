import Chip from "@mui/material/Chip";
import Tooltip from "@mui/material/Tooltip";
import { useState } from "react";
import { texts } from "../texts.ts";
import { lineIcon } from "./icons.tsx";

const t = texts.access;

const EyeIcon = lineIcon(
  "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12m7 0a3 3 0 1 0 6 0 3 3 0 0 0-6 0",
  "Eye",
);

/** Where else a record is made or changed: that this cannot be, and to whoever points, taps or presses, why. */
export function ViewOnly() {
  const [open, setOpen] = useState(false);
  return (
    <Tooltip
      title={t.viewOnlyWhy}
      describeChild
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
    >
      <Chip
        size="small"
        variant="outlined"
        icon={<EyeIcon />}
        label={t.viewOnly}
        onClick={() => setOpen(true)}
        sx={{ "& .MuiChip-icon": { ml: 0.75 } }}
      />
    </Tooltip>
  );
}
