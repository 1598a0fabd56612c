import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Snackbar from "@mui/material/Snackbar";
import SnackbarContent from "@mui/material/SnackbarContent";
import { texts } from "../texts.ts";
import { CloseIcon } from "./icons.tsx";

interface ToastProps {
  readonly text: string;
  readonly action: string;
  readonly onAction: () => void;
  readonly onClose: () => void;
  /** of a pane: at its foot, for a while, longer while the pointer or the focus is on it; else of the page, until closed */
  readonly passing?: boolean;
}

const SHOWN_MS = 10_000;
const AT_FOOT = { position: "absolute", bottom: { xs: 56, sm: 56 } } as const;

/** A sentence, and one thing that can be done about it. It is said elsewhere: a voice tells it. */
export function Toast({ text, action, onAction, onClose, passing = false }: ToastProps) {
  return (
    <Snackbar
      open
      {...(passing
        ? {
            autoHideDuration: SHOWN_MS,
            onClose: (_event, reason) => reason === "timeout" && onClose(),
            sx: AT_FOOT,
          }
        : { anchorOrigin: { vertical: "bottom", horizontal: "center" } })}
    >
      <SnackbarContent
        role="group"
        aria-label={text}
        message={text}
        action={
          <>
            <Button color="inherit" onClick={onAction}>
              {action}
            </Button>
            <IconButton color="inherit" aria-label={texts.grid.dismiss} onClick={onClose}>
              <CloseIcon fontSize="small" />
            </IconButton>
          </>
        }
      />
    </Snackbar>
  );
}
