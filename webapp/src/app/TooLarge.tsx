import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { texts } from "../texts.ts";
import { DownloadIcon } from "./icons.tsx";
import { Notice } from "./Notice.tsx";
import { useDownloadMenu } from "./useDownloadMenu.tsx";

const say = texts.app.tooLarge;

interface TooLargeProps {
  readonly grid: string;
  readonly count: number;
  readonly max: number;
}

/** More records than a browser opens: they can be taken as a file. */
export function TooLarge({ grid, count, max }: TooLargeProps) {
  const { button, menu, failure } = useDownloadMenu(grid);
  return (
    <Notice
      title={say.title}
      actions={
        <>
          <Button variant="contained" startIcon={<DownloadIcon />} {...button}>
            {texts.app.download}
          </Button>
          {menu}
        </>
      }
    >
      <Typography>{say.what(count, max)}</Typography>
      {failure !== null && <Alert severity="error">{texts.app.downloadFailed(failure)}</Alert>}
    </Notice>
  );
}
