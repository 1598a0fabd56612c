import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { texts } from "../texts.ts";
import { CopyButton } from "./CopyButton.tsx";
import { Notice } from "./Notice.tsx";
import { useCopy } from "./useCopy.ts";

const say = texts.app.noGrids;

/** A new server: what a grid is, and the two ways to make the first one. */
export function NoGrids({ onLook }: { readonly onLook: () => void }) {
  return (
    <Notice
      title={say.title}
      actions={
        <Button variant="contained" onClick={onLook}>
          {say.look}
        </Button>
      }
    >
      <Typography>{say.what}</Typography>
      <Typography>{say.fromFile}</Typography>
      <Command text={say.importCommand} />
      <Typography>{say.fromSchema}</Typography>
      <Command text={say.schema} />
      <Typography>{say.startWith}</Typography>
      <Command text={say.startCommand} />
    </Notice>
  );
}

/** To be taken as it is. */
function Command({ text }: { readonly text: string }) {
  const { ref, copied, copy } = useCopy<HTMLPreElement>();
  return (
    <Stack direction="row" sx={box}>
      <Box component="pre" ref={ref} sx={code}>
        {text}
      </Box>
      <CopyButton copied={copied} onCopy={copy} />
    </Stack>
  );
}

const box = {
  alignItems: "flex-start",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  bgcolor: "background.default",
  p: 0.5,
} as const;
const code = {
  flex: 1,
  minWidth: 0,
  m: 0,
  p: 0.75,
  fontSize: 13,
  lineHeight: 1.5,
  whiteSpace: "pre-wrap",
  overflowWrap: "anywhere",
} as const;
