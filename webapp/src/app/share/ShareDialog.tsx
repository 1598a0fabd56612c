import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useNarrow } from "../../grid/useNarrow.ts";
import { useConnection } from "../../hooks/useConnection.ts";
import { useRights } from "../../hooks/useRights.ts";
import type { Access } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { linkTo } from "./link.ts";
import { LinkBox } from "./LinkBox.tsx";
import { MakeLink } from "./MakeLink.tsx";

const say = texts.share;

interface ShareDialogProps {
  readonly grid: string;
  readonly title: string;
  readonly onClose: () => void;
}

/** Links to a grid: to give to others, as far as one's own link allows that. */
export function ShareDialog({ grid, title, onClose }: ShareDialogProps) {
  const rights = useRights();
  const narrow = useNarrow();
  return (
    <Dialog open onClose={onClose} fullWidth fullScreen={narrow} maxWidth="sm" aria-labelledby="share-title">
      <DialogTitle id="share-title" sx={{ overflowWrap: "anywhere" }}>
        {say.title(title)}
      </DialogTitle>
      <DialogContent dividers>
        {rights === null ? <Typography>{say.asking}</Typography> : <Content grid={grid} rights={rights} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{say.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Content({ grid, rights }: { readonly grid: string; readonly rights: Access }) {
  const { token } = useConnection().connection.identity;
  if (rights.may_share) return <MakeLink grid={grid} linkOf={(key) => linkTo(location, grid, key)} />;
  const link = rights.keyed ? linkTo(location, rights.grid ?? grid, token) : linkTo(location, grid, null);
  return (
    <Stack sx={{ gap: 2, pt: 1 }}>
      <LinkBox link={link} label={rights.keyed ? say.own : say.plain} />
      <Typography variant="body2">{rights.keyed ? say.ownMay[rights.role] : say.open}</Typography>
    </Stack>
  );
}
