import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Drawer from "@mui/material/Drawer";
import IconButton from "@mui/material/IconButton";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Stack from "@mui/material/Stack";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import type { Grids } from "../hooks/useGrids.ts";
import type { GridSummary } from "../protocol.ts";
import { SIDES, type Side } from "../query/paneState.ts";
import { texts } from "../texts.ts";
import { CloseIcon, DownloadIcon } from "./icons.tsx";
import { useDownloadMenu } from "./useDownloadMenu.tsx";

const say = texts.app.grids;

interface GridsDrawerProps {
  readonly open: boolean;
  readonly grids: Grids;
  /** where a grid that is chosen opens */
  readonly side: Side | null;
  readonly onSide: (side: Side) => void;
  /** the grids on screen, by side */
  readonly shown: readonly { readonly side: Side; readonly grid: string | undefined }[];
  readonly onChoose: (side: Side, grid: string) => void;
  readonly onClose: () => void;
}

/** All grids of the server, over the page: which of them are on screen, and a choice of where to open another. */
export function GridsDrawer({ open, grids, side, onSide, shown, onChoose, onClose }: GridsDrawerProps) {
  return (
    <Drawer
      open={open}
      onClose={onClose}
      slotProps={{ paper: { sx: paper, "aria-labelledby": "grids-title" } }}
    >
      <Stack direction="row" sx={{ alignItems: "center", pl: 2, pr: 1, py: 1 }}>
        <Typography id="grids-title" component="h2" variant="h6" sx={{ flex: 1 }}>
          {say.title}
        </Typography>
        <IconButton aria-label={say.close} onClick={onClose}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Stack>
      <Stack direction="row" spacing={1} sx={{ alignItems: "center", px: 2, pb: 1 }}>
        <Typography id="grids-where" variant="body2" sx={{ color: "text.secondary" }}>
          {say.where}
        </Typography>
        <ToggleButtonGroup
          exclusive
          size="small"
          color="primary"
          value={side}
          onChange={(_event, to: Side | null) => to !== null && onSide(to)}
          aria-labelledby="grids-where"
        >
          {SIDES.map((each) => (
            <ToggleButton key={each} value={each} sx={{ py: 0.25, px: 1.25 }}>
              {texts.app.sides[each]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Stack>
      {grids.error !== null && (
        <Alert severity="error" action={<Button onClick={grids.refresh}>{say.again}</Button>} sx={{ mx: 2 }}>
          {grids.error}
        </Alert>
      )}
      {grids.grids === null && grids.error === null && <Quiet>{say.asking}</Quiet>}
      {grids.grids?.length === 0 && <Quiet>{say.none}</Quiet>}
      <Box component="nav" aria-labelledby="grids-title" sx={{ overflow: "auto", flex: 1 }}>
        <List dense>
          {grids.grids?.map((grid) => (
            <Entry
              key={grid.id}
              grid={grid}
              mark={markOf(grid.id, shown)}
              onChoose={() => side !== null && onChoose(side, grid.id)}
            />
          ))}
        </List>
      </Box>
    </Drawer>
  );
}

const paper = { width: 320, maxWidth: "86vw" } as const;

function Quiet({ children }: { readonly children: string }) {
  return (
    <Typography variant="body2" sx={{ color: "text.secondary", px: 2, py: 1 }}>
      {children}
    </Typography>
  );
}

/** Where the grid is on screen already. */
function markOf(grid: string, shown: GridsDrawerProps["shown"]): string | null {
  const sides = shown.filter((each) => each.grid === grid).map(({ side }) => side);
  if (sides.length === 0) return null;
  if (shown.length === 1) return say.shown.alone;
  return sides.length > 1 ? say.shown.both : say.shown[sides[0]!];
}

interface EntryProps {
  readonly grid: GridSummary;
  readonly mark: string | null;
  readonly onChoose: () => void;
}

function Entry({ grid, mark, onChoose }: EntryProps) {
  const { button, menu, failure } = useDownloadMenu(grid.id);
  const exporting = texts.app.downloadThis(grid.title);
  return (
    <ListItem
      disablePadding
      secondaryAction={
        <>
          <Tooltip title={exporting}>
            <IconButton edge="end" aria-label={exporting} {...button}>
              <DownloadIcon fontSize="small" />
            </IconButton>
          </Tooltip>
          {menu}
        </>
      }
    >
      <ListItemButton selected={mark !== null} aria-current={mark !== null || undefined} onClick={onChoose}>
        <ListItemText
          primary={grid.title}
          secondary={failure === null ? texts.grid.records(grid.count) : texts.app.downloadFailed(failure)}
          slotProps={{
            primary: { sx: { fontWeight: 550, overflowWrap: "anywhere" } },
            secondary: failure === null ? {} : { role: "alert", color: "error" },
          }}
        />
        {mark !== null && <Chip size="small" variant="outlined" label={mark} sx={{ ml: 1 }} />}
      </ListItemButton>
    </ListItem>
  );
}
