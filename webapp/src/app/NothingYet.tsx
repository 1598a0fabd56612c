import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { Grids } from "../hooks/useGrids.ts";
import { texts } from "../texts.ts";
import { NoGrids } from "./NoGrids.tsx";
import { Notice } from "./Notice.tsx";
import { Pending } from "./Pending.tsx";

/** No grid to show: there is none, or the list of them is not known. */
export function NothingYet({ grids: { grids, error, refresh } }: { readonly grids: Grids }) {
  if (grids?.length === 0) return <NoGrids onLook={refresh} />;
  if (error === null) return <Pending />;
  return (
    <Notice
      alert
      title={texts.app.grids.failed}
      actions={
        <Button variant="contained" onClick={refresh}>
          {texts.app.grids.again}
        </Button>
      }
    >
      <Typography>{error}</Typography>
    </Notice>
  );
}
