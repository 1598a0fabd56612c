import Button from "@mui/material/Button";
import { texts } from "../texts.ts";
import { CopyIcon } from "./icons.tsx";
import type { Copied } from "./useCopy.ts";

const SAID = { copied: texts.app.copied, selected: texts.app.selected } as const;

interface CopyButtonProps {
  readonly copied: Copied;
  readonly onCopy: () => void;
  readonly label?: string;
}

/** Says, on itself and to a screen reader, what came of it. */
export function CopyButton({ copied, onCopy, label = texts.app.copy }: CopyButtonProps) {
  return (
    <Button
      color="inherit"
      onClick={onCopy}
      startIcon={<CopyIcon />}
      aria-live="polite"
      sx={{ flexShrink: 0, whiteSpace: "nowrap" }}
    >
      {copied === null ? label : SAID[copied]}
    </Button>
  );
}
