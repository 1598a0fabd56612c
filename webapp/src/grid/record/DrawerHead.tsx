import IconButton from "@mui/material/IconButton";
import Popover from "@mui/material/Popover";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useState, type ReactNode } from "react";
import { texts } from "../../texts.ts";
import { CloseIcon, CopyIcon, DownIcon, LinkIcon, UpIcon } from "../editors/editorIcons.tsx";
import { DeleteIcon } from "../icons.tsx";
import { useFocusMoves } from "../SidePanel.tsx";
import { ViewOnly } from "../ViewOnly.tsx";

/** Where a drawer's record stands, and what can be done with it as a whole. */
export interface DrawerActions {
  /** in the pane; null if it is not among the pane's records now */
  readonly at: { readonly index: number; readonly count: number } | null;
  /** the address of the pane with this record open */
  readonly link: string;
  /** with the record: false for who may look only */
  readonly mayEdit: boolean;
  /** null where there is none */
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

interface DrawerHeadProps extends DrawerActions {
  readonly title: string;
  readonly titleId: string;
  readonly deletable: boolean;
}

export function DrawerHead({ title, titleId, at, link, deletable, mayEdit, ...on }: DrawerHeadProps) {
  const heading = useFocusMoves();
  return (
    <Stack sx={{ px: 2, pt: 1.25, pb: 0.75, borderBottom: 1, borderColor: "divider" }}>
      <Stack direction="row" sx={{ alignItems: "flex-start", gap: 1 }}>
        <Typography ref={heading} id={titleId} tabIndex={-1} variant="h6" component="h2" sx={TITLE}>
          {title}
        </Typography>
        <Act label={texts.record.close} keys="Escape" go={on.onClose} edge="end">
          <CloseIcon fontSize="small" />
        </Act>
      </Stack>
      <Stack direction="row" sx={{ alignItems: "center", ml: -0.75, gap: 0.25 }}>
        <Act label={texts.record.previous} keys="Alt+ArrowUp" go={on.onPrevious}>
          <UpIcon fontSize="small" />
        </Act>
        <Act label={texts.record.next} keys="Alt+ArrowDown" go={on.onNext}>
          <DownIcon fontSize="small" />
        </Act>
        <Typography variant="caption" color="textSecondary" sx={{ flex: 1 }} noWrap>
          {at !== null && texts.record.position(at.index, at.count)}
        </Typography>
        <CopyLink link={link} />
        {mayEdit ? (
          <>
            <Act label={texts.record.duplicate} go={on.onDuplicate}>
              <CopyIcon fontSize="small" />
            </Act>
            <Act label={texts.record.delete} go={deletable ? on.onDelete : null}>
              <DeleteIcon fontSize="small" />
            </Act>
          </>
        ) : (
          <ViewOnly />
        )}
      </Stack>
    </Stack>
  );
}

const TITLE = {
  flex: 1,
  minWidth: 0,
  fontSize: 17,
  lineHeight: 1.35,
  py: 0.25,
  overflowWrap: "anywhere",
  display: "-webkit-box",
  WebkitLineClamp: 2,
  WebkitBoxOrient: "vertical",
  overflow: "hidden",
  outline: "none",
} as const;

interface ActProps {
  readonly label: string;
  readonly keys?: string;
  /** null: not now */
  readonly go: (() => void) | null;
  readonly edge?: "end";
  readonly children: ReactNode;
}

/** It stays where it is, and keeps the focus, also when it can do nothing: then another record may be one step away. */
function Act({ label, keys, go, edge, children }: ActProps) {
  return (
    <Tooltip title={keys === undefined ? label : `${label} (${keys})`}>
      <IconButton
        aria-label={label}
        aria-keyshortcuts={keys}
        aria-disabled={go === null}
        edge={edge}
        onClick={() => go?.()}
        sx={go === null ? { color: "action.disabled", cursor: "default" } : undefined}
      >
        {children}
      </IconButton>
    </Tooltip>
  );
}

/** To the clipboard, and said so; where the browser has none for this page, the link is shown to be copied. */
function CopyLink({ link }: { readonly link: string }) {
  const [told, setTold] = useState<HTMLElement | null>(null);
  const [copied, setCopied] = useState(false);
  const copy = (button: HTMLElement) => {
    setTold(button);
    setCopied(false);
    // On plain HTTP there is no clipboard, and the user may forbid it.
    void navigator.clipboard?.writeText(link).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <Tooltip title={texts.record.copyLink}>
        <IconButton aria-label={texts.record.copyLink} onClick={(event) => copy(event.currentTarget)}>
          <LinkIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Popover
        open={told !== null}
        anchorEl={told}
        onClose={() => setTold(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{
          paper: { role: "dialog", "aria-label": texts.record.linkToCopy, sx: { p: 1.5, width: 320 } },
        }}
      >
        <TextField
          label={copied ? texts.record.linkCopied : texts.record.linkToCopy}
          value={link}
          autoFocus
          onFocus={(event) => event.target.select()}
          color={copied ? "success" : undefined}
          slotProps={{ input: { readOnly: true } }}
        />
      </Popover>
    </>
  );
}
