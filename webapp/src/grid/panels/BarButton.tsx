import Button from "@mui/material/Button";
import Tooltip from "@mui/material/Tooltip";
import type { ReactNode, Ref } from "react";

interface BarButtonProps {
  /** seen where there is room */
  readonly label: string;
  readonly icon: ReactNode;
  /** with its state, as it is heard: "Filter, 2 conditions" */
  readonly name: string;
  /** seen beside the icon, and makes the button stand out: "2"; empty: nothing is set */
  readonly mark: string;
  /** of what the mark is a number, seen where there is room */
  readonly unit?: string;
  readonly popup: "dialog" | "menu";
  readonly open: boolean;
  readonly onOpen: (anchor: HTMLElement) => void;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** One of the quiet buttons of a pane: an icon, the label where there is room, a number where there is something. */
export function BarButton({ label, icon, name, mark, unit = "", popup, open, onOpen, ref }: BarButtonProps) {
  return (
    <Tooltip title={name}>
      <Button
        ref={ref}
        color={mark !== "" ? "primary" : "inherit"}
        aria-label={name}
        aria-haspopup={popup}
        aria-expanded={open}
        onClick={(event) => onOpen(event.currentTarget)}
        sx={[button, mark !== "" && active]}
      >
        {icon}
        <span className="tandem-word">{label}</span> {/* the spaces: what is seen is part of the name */}
        {mark !== "" && <span>{mark}</span>}{" "}
        {mark !== "" && unit !== "" && <span className="tandem-word">{unit}</span>}
      </Button>
    </Tooltip>
  );
}

const button = {
  minWidth: 30,
  height: 30,
  px: 0.75,
  gap: 0.5,
  flexShrink: 0,
  fontSize: 13,
  fontWeight: 500,
  fontVariantNumeric: "tabular-nums",
  "& svg": { fontSize: 18 },
  "& .tandem-word": { display: "none" },
  "&:not(:hover, .Mui-focusVisible)": { color: "text.secondary" },
  "@container (min-width: 560px)": { "& .tandem-word": { display: "inline" } },
};

const active = {
  bgcolor: "color-mix(in srgb, var(--mui-palette-primary-main) 12%, transparent)",
  "&:not(:hover, .Mui-focusVisible)": { color: "primary.main" },
};
