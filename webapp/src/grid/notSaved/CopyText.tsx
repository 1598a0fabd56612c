import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Popover from "@mui/material/Popover";
import TextField from "@mui/material/TextField";
import Tooltip from "@mui/material/Tooltip";
import { useState, type FocusEvent } from "react";
import { texts } from "../../texts.ts";
import { toClipboard } from "../clipboard.ts";
import { CopyIcon } from "../editors/editorIcons.tsx";
import { CheckIcon } from "../icons.tsx";
import { SPOKEN } from "../spoken.ts";

const t = texts.notSaved;

interface CopyTextProps {
  readonly text: () => string;
  readonly label: string;
  /** among other buttons of a line: a picture only */
  readonly small?: boolean;
}

/** To the clipboard, and said so; where the browser has none for this page, the text is shown to be copied. */
export function CopyText({ text, label, small = false }: CopyTextProps) {
  const [copied, setCopied] = useState(false);
  const [told, setTold] = useState<{ readonly anchor: HTMLElement; readonly text: string } | null>(null);
  const copy = (anchor: HTMLElement) => {
    const all = text();
    void toClipboard(all).then((isThere) => (isThere ? setCopied(true) : setTold({ anchor, text: all })));
  };
  const blur = () => setCopied(false);
  return (
    <>
      {small ? (
        <Tooltip title={copied ? t.copied : label}>
          <IconButton aria-label={label} onClick={(event) => copy(event.currentTarget)} onBlur={blur}>
            {copied ? <CheckIcon fontSize="small" /> : <CopyIcon fontSize="small" />}
          </IconButton>
        </Tooltip>
      ) : (
        <Button
          color="inherit"
          startIcon={<CopyIcon />}
          aria-label={label}
          onClick={(event) => copy(event.currentTarget)}
          onBlur={blur}
          sx={{ whiteSpace: "nowrap", flexShrink: 0 }}
        >
          {copied ? t.copied : t.copy}
        </Button>
      )}
      <Box role="status" sx={SPOKEN}>
        {copied ? t.copied : ""}
      </Box>
      <Popover
        open={told !== null}
        anchorEl={told?.anchor}
        onClose={() => setTold(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "left" }}
        slotProps={{ paper: { role: "dialog", "aria-label": label, sx: { p: 1.5, width: 420 } } }}
      >
        <TextField
          label={t.toCopy}
          value={told?.text ?? ""}
          multiline
          maxRows={8}
          autoFocus
          onFocus={(event: FocusEvent<HTMLInputElement>) => event.target.select()}
          slotProps={{ input: { readOnly: true } }}
        />
      </Popover>
    </>
  );
}
