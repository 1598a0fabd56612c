/** Heard, not seen. */
export const SPOKEN = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
} as const;

/** Where the keyboard is: a ripple that comes and goes is not enough. */
export const focusStyle = {
  outline: "2px solid var(--mui-palette-primary-main)",
  outlineOffset: -2,
} as const;

/** Panels are denser than forms: inputs of 32 pixels, without labels of their own. */
export const panelStyle = {
  fontSize: 13,
  "& .MuiOutlinedInput-root": { fontSize: 13, minHeight: 32, bgcolor: "background.paper" },
  "& .MuiOutlinedInput-input": { px: 1.25, py: 0, height: 32, boxSizing: "border-box" },
  "& .MuiOutlinedInput-notchedOutline": { borderColor: "divider" },
  "& .MuiOutlinedInput-root:hover:not(.Mui-focused, .Mui-error) .MuiOutlinedInput-notchedOutline": {
    borderColor: "text.secondary",
  },
  "& .MuiSelect-select": { lineHeight: "32px" },
  "& .MuiButtonBase-root.Mui-focusVisible": focusStyle,
  "& .MuiFormHelperText-root": { mx: 0.5, mt: 0.25 },
};

/** Hit targets of 28 pixels around icons of 16. */
export const iconButtonStyle = { width: 28, height: 28, p: 0, fontSize: 16, flexShrink: 0 } as const;
