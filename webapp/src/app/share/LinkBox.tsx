import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useEffect } from "react";
import { texts } from "../../texts.ts";
import { CopyButton } from "../CopyButton.tsx";
import { useCopy } from "../useCopy.ts";
import { QrCode } from "./QrCode.tsx";

interface LinkBoxProps {
  readonly link: string;
  readonly label: string;
  /** It has just been made: the focus goes to it; another one is another box. */
  readonly fresh?: boolean;
}

/** A link to be taken along: as text, and for a camera. */
export function LinkBox({ link, label, fresh = false }: LinkBoxProps) {
  const { ref, copied, copy } = useCopy<HTMLTextAreaElement>();
  useEffect(() => {
    if (fresh) ref.current?.focus();
  }, [ref, fresh]);
  return (
    <Stack
      direction={{ xs: "column", sm: "row" }}
      sx={{ gap: 2, alignItems: { xs: "center", sm: "flex-start" } }}
    >
      <Stack sx={{ flex: 1, gap: 1, width: "100%", alignItems: "flex-start" }}>
        <TextField
          multiline
          label={label}
          value={link}
          inputRef={ref}
          onFocus={({ target }) => target.select()}
          slotProps={{
            input: { readOnly: true },
            inputLabel: { shrink: true },
            htmlInput: { sx: { overflowWrap: "anywhere" } },
          }}
        />
        <CopyButton copied={copied} onCopy={copy} label={texts.share.copy} />
      </Stack>
      <QrCode text={link} />
    </Stack>
  );
}
