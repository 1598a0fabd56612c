import useMediaQuery from "@mui/material/useMediaQuery";

/** Below 700 pixels: one pane at a time, and what opens takes the whole screen. */
export const useNarrow = (): boolean => useMediaQuery("(max-width: 699.95px)", { noSsr: true });
