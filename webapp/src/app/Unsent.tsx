import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { useClient } from "../hooks/client.ts";
import type { Client } from "../sync/client.ts";
import { texts } from "../texts.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useCopy } from "./useCopy.ts";

const say = texts.app.defect;

/** Whatever the defect is, the page must still be able to tell of it. */
function unsentOf(client: Client): string {
  try {
    return client.unsentText();
  } catch (error) {
    return String(error);
  }
}

/** The edits that the server has not taken, to be kept elsewhere; nothing where there are none. */
export function Unsent() {
  const client = useClient();
  const [text] = useState(() => unsentOf(client));
  const { ref, copied, copy } = useCopy<HTMLTextAreaElement>();
  if (text === "") return null;
  return (
    <>
      <Typography>{say.unsent}</Typography>
      <TextField
        multiline
        maxRows={8}
        value={text}
        inputRef={ref}
        slotProps={{ htmlInput: { readOnly: true, "aria-label": say.unsentLabel } }}
      />
      <CopyButton copied={copied} onCopy={copy} />
    </>
  );
}
