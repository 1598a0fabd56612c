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
  "& .MuiFormHelperText-root": { mx: 0.5, mt: 0.25 },
};

/** Hit targets of 28 pixels around icons of 16. */
export const iconButtonStyle = { width: 28, height: 28, p: 0, fontSize: 16, flexShrink: 0 } as const;
