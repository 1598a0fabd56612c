import { createTheme } from "@mui/material/styles";

const font = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';

/** Calm and dense; follows the system's light or dark by CSS alone, so nothing flashes at the start. */
export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "media" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#2f5bd7" },
        success: { main: "#1a7f4b" },
        warning: { main: "#9a5b00" },
        error: { main: "#c4302b" },
        background: { default: "#f4f5f7", paper: "#ffffff" },
        text: { primary: "#1b1f26", secondary: "#5b6472" },
        divider: "#e3e6ea",
      },
    },
    dark: {
      palette: {
        primary: { main: "#8aa9ff" },
        success: { main: "#58c48d" },
        warning: { main: "#e2a54a" },
        error: { main: "#ff8078" },
        background: { default: "#0f1216", paper: "#171b21" },
        text: { primary: "#e6e9ee", secondary: "#98a2b0" },
        divider: "#2a3038",
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: font,
    fontSize: 13,
    button: { textTransform: "none", fontWeight: 550 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        "html, body, #root": { height: "100%" },
      },
    },
    MuiAppBar: {
      styleOverrides: {
        root: ({ theme: { vars } }) => ({ backgroundColor: vars?.palette.background.paper }),
      },
    },
    MuiButton: { defaultProps: { size: "small", disableElevation: true } },
    MuiIconButton: { defaultProps: { size: "small" } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: "none" } } },
    MuiTooltip: { defaultProps: { enterDelay: 500, disableInteractive: true } },
    MuiTextField: { defaultProps: { size: "small", fullWidth: true } },
  },
});
