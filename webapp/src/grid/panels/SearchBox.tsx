import IconButton from "@mui/material/IconButton";
import InputBase from "@mui/material/InputBase";
import type { KeyboardEvent } from "react";
import { texts } from "../../texts.ts";
import { CloseIcon, SearchIcon } from "../icons.tsx";
import { useAhead } from "./useAhead.ts";

interface SearchBoxProps {
  /** what it looks for, as it is heard */
  readonly label: string;
  readonly search: string;
  /** after a pause in typing; at once by Enter and when it is cleared */
  readonly onSearch: (search: string) => void;
  readonly onFocus?: () => void;
  /** by ArrowDown: to what was found */
  readonly onDown?: () => void;
}

/** Words to look for. Escape clears them, then leaves. */
export function SearchBox({ label, search, onSearch, onFocus, onDown }: SearchBoxProps) {
  const text = useAhead(search, onSearch);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") text.now(text.value);
    if (event.key === "ArrowDown" && onDown !== undefined) {
      event.preventDefault();
      text.now(text.value);
      onDown();
    }
    if (event.key !== "Escape") return;
    if (text.value === "") {
      event.currentTarget.blur();
      return;
    }
    event.stopPropagation(); // the panel around it stays open
    event.preventDefault();
    text.now("");
  };
  return (
    <InputBase
      type="search"
      value={text.value}
      placeholder={texts.panels.searchHint}
      onChange={(event) => text.soon(event.target.value)}
      onFocus={onFocus}
      startAdornment={<SearchIcon sx={{ fontSize: 16, color: "text.secondary", mx: 0.75, flexShrink: 0 }} />}
      endAdornment={
        text.value !== "" && (
          <IconButton
            aria-label={texts.panels.clearSearch}
            onClick={(event) => {
              text.now("");
              event.currentTarget.closest(".MuiInputBase-root")?.querySelector("input")?.focus();
            }}
            sx={{ width: 24, height: 24, p: 0, mr: 0.25, fontSize: 14 }}
          >
            <CloseIcon fontSize="inherit" />
          </IconButton>
        )
      }
      slotProps={{
        input: { "aria-label": label, autoComplete: "off", spellCheck: false, onKeyDown },
      }}
      sx={box}
    />
  );
}

const box = {
  width: "100%",
  height: 30,
  fontSize: 13,
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  bgcolor: "background.paper",
  "&:hover": { borderColor: "text.secondary" },
  "&.Mui-focused": { borderColor: "primary.main", boxShadow: "0 0 0 1px var(--mui-palette-primary-main)" },
  "& input::-webkit-search-cancel-button": { display: "none" },
};
