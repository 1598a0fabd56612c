import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { texts } from "../texts.ts";
import { Notice } from "./Notice.tsx";
import { Unsent } from "./Unsent.tsx";

const say = texts.app.defect;

interface DefectProps {
  readonly part: "page" | "pane";
  readonly error: Error;
  readonly onChoose?: (() => void) | undefined;
  /** Tries to show it once more. */
  readonly onAgain: () => void;
}

/** What failed, that nothing is lost, and two ways on. Edits that have not gone yet can be taken along as text. */
export function Defect({ part, error, onChoose, onAgain }: DefectProps) {
  return (
    <Notice
      alert
      title={say[part]}
      actions={
        <>
          <Button variant="contained" onClick={() => window.location.reload()}>
            {say.reload}
          </Button>
          {part === "pane" && <Button onClick={onAgain}>{say.again}</Button>}
          {onChoose !== undefined && <Button onClick={onChoose}>{texts.app.cannotOpen.choose}</Button>}
        </>
      }
    >
      <Typography sx={{ overflowWrap: "anywhere" }}>{error.message}</Typography>
      <Typography>{say.kept}</Typography>
      <Unsent />
    </Notice>
  );
}
