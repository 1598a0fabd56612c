import ListItemText from "@mui/material/ListItemText";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState, type MouseEvent, type ReactNode } from "react";
import { useDownload } from "../hooks/useDownload.ts";
import { texts } from "../texts.ts";

const say = texts.app.downloads;
const FORMATS = ["safe.csv", "csv"] as const;

/** A button's menu of the files that a grid can be taken as: a spreadsheet would run what looks like a formula. */
export function useDownloadMenu(grid: string): {
  readonly button: {
    readonly "aria-haspopup": "menu";
    readonly loading: boolean;
    readonly onClick: (event: MouseEvent<HTMLElement>) => void;
  };
  readonly menu: ReactNode;
  readonly failure: string | null;
} {
  const { save, busy, failure } = useDownload(grid);
  const [at, setAt] = useState<HTMLElement | null>(null);
  const close = () => setAt(null);
  const menu = (
    <Menu open={at !== null} anchorEl={at} onClose={close}>
      {FORMATS.map((format) => (
        <MenuItem
          key={format}
          onClick={() => {
            close();
            save(format);
          }}
        >
          <ListItemText primary={say[format].title} secondary={say[format].what} />
        </MenuItem>
      ))}
    </Menu>
  );
  const button = {
    "aria-haspopup": "menu",
    loading: busy,
    onClick: (event: MouseEvent<HTMLElement>) => setAt(event.currentTarget),
  } as const;
  return { button, menu, failure };
}
