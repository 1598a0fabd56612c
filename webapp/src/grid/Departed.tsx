import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Snackbar from "@mui/material/Snackbar";
import SnackbarContent from "@mui/material/SnackbarContent";
import { useEffect, useState } from "react";
import { texts } from "../texts.ts";
import { CloseIcon } from "./icons.tsx";
import { usePane } from "./pane.ts";
import { isInSight, type Api } from "./useCursor.ts";

const t = texts.grid;

interface DepartedProps {
  readonly api: Api;
  readonly say: (text: string) => void;
  /** open beside the grid: nobody has left it */
  readonly record: string | null;
  /** Turns to the page where it stands, and goes there. */
  readonly onReveal: (id: string) => void;
}

interface Departure {
  readonly id: string;
  readonly hidden: boolean;
}

const SHOWN_MS = 10_000;

/** The grid has its rows in their new order only after it was rendered with them. */
const framesLater = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

/** Where a row is that went out of sight when its user left it: sort or filter have their way then. */
export function Departed({ api, say, record, onReveal }: DepartedProps) {
  const { replica, view, open } = usePane();
  const [departure, setDeparture] = useState<Departure | null>(null);
  useEffect(() => {
    const tell = async (id: string) => {
      await framesLater();
      if (id === record || replica.get(id)?.deleted !== false) return;
      const isOnPage = view.snapshot().rows.some((row) => row.id === id);
      if (isOnPage && isInSight(api.current?.getRowElement(id) ?? null)) return;
      const hidden = view.indexOf(id) < 0;
      setDeparture({ id, hidden });
      say(hidden ? t.nowHidden : t.nowElsewhere);
    };
    return view.onDeparture((id) => void tell(id));
  }, [api, replica, view, say, record]);
  if (departure === null) return null;
  const { id, hidden } = departure;
  const text = hidden ? t.nowHidden : t.nowElsewhere;
  const close = () => setDeparture(null);
  return (
    <Snackbar
      open
      key={id}
      autoHideDuration={SHOWN_MS}
      onClose={(_event, reason) => reason === "timeout" && close()}
      sx={{ position: "absolute", bottom: { xs: 56, sm: 56 } }}
    >
      <SnackbarContent
        role="group"
        aria-label={text}
        message={text}
        action={
          <>
            <Button
              color="inherit"
              onClick={() => {
                close();
                if (hidden) open(id);
                else onReveal(id);
              }}
            >
              {hidden ? t.openIt : t.goToIt}
            </Button>
            <IconButton color="inherit" aria-label={t.dismiss} onClick={close}>
              <CloseIcon fontSize="small" />
            </IconButton>
          </>
        }
      />
    </Snackbar>
  );
}
