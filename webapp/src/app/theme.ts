import { createTheme, type Theme, type ThemeOptions } from "@mui/material/styles";
import "@mui/material/themeCssVarsAugmentation";
import "@mui/x-data-grid/themeAugmentation";
import { texts } from "../texts.ts";

const font = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';

/** Where "light", "dark" or "system" is kept; index.html reads it too, before the first paint. */
export const MODE_KEY = "tandem.mode";

const focused = { outline: "2px solid var(--mui-palette-primary-main)", outlineOffset: 1 };

/** Calm and dense. The scheme is an attribute of the document, so that a user may choose another than the system's. */
const base: ThemeOptions = {
  cssVariables: { colorSchemeSelector: "data-scheme" },
  motion: { reducedMotion: "system" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#2f5bd7" },
        success: { main: "#1a7f4b" },
        warning: { main: "#9a5b00" },
        error: { main: "#c4302b" },
        info: { main: "#24639b" },
        background: { default: "#f3f4f7", paper: "#ffffff" },
        text: { primary: "#1b1f26", secondary: "#59616f" },
        divider: "#e1e4e9",
      },
    },
    dark: {
      palette: {
        tonalOffset: 0.1, // a button under the pointer keeps its contrast
        primary: { main: "#8aa9ff" },
        success: { main: "#58c48d" },
        warning: { main: "#e2a54a" },
        error: { main: "#ff8078" },
        info: { main: "#7db8ef" },
        background: { default: "#0e1115", paper: "#171b21" },
        text: { primary: "#e6e9ee", secondary: "#9aa4b2" },
        divider: "#2a3038",
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: font,
    fontSize: 13,
    body1: { fontSize: "0.875rem" },
    button: { textTransform: "none", fontWeight: 550 },
    h6: { fontSize: "1.05rem", fontWeight: 650, letterSpacing: "-0.01em" },
    subtitle1: { fontSize: "0.95rem", fontWeight: 650, letterSpacing: "-0.01em" },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        "html, body, #root": { height: "100%" },
        // What is not Material UI's, which keeps to `motion` by itself.
        "@media (prefers-reduced-motion: reduce)": {
          "*, ::before, ::after": {
            animationDuration: "0.01ms !important",
            animationIterationCount: "1 !important",
            transitionDuration: "0.01ms !important",
            scrollBehavior: "auto !important",
          },
        },
      },
    },
    MuiAppBar: {
      styleOverrides: {
        root: ({ theme: { vars } }) => ({ backgroundColor: vars.palette.background.paper }),
      },
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: { root: { "&.Mui-focusVisible": focused } },
    },
    MuiButton: { defaultProps: { size: "small", disableElevation: true } },
    MuiIconButton: { defaultProps: { size: "small" }, styleOverrides: { root: { borderRadius: 8 } } },
    MuiDialog: { styleOverrides: { paper: { borderRadius: 12 } } },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: "1.05rem", fontWeight: 650 } } },
    MuiMenu: {
      styleOverrides: {
        paper: ({ theme: { vars } }) => ({ border: `1px solid ${vars.palette.divider}` }),
      },
    },
    MuiPaper: { styleOverrides: { root: { backgroundImage: "none" } } },
    MuiTab: { styleOverrides: { root: { minHeight: 40 } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 40 } } },
    MuiTooltip: { defaultProps: { enterDelay: 500, disableInteractive: true } },
    MuiTextField: { defaultProps: { size: "small", fullWidth: true } },
  },
};

/** What the packages say in English, in this page's words. */
const english: ThemeOptions = {
  components: {
    MuiDataGrid: {
      defaultProps: {
        localeText: {
          noRowsLabel: texts.app.dataGrid.noRows,
          paginationRowsPerPage: texts.app.dataGrid.rowsPerPage,
        },
      },
    },
  },
};

/** With Material UI's and the Data Grid's own texts in a language; see `loadLocale`. */
export const themeIn = (locale: readonly ThemeOptions[]): Theme => createTheme(base, english, ...locale);
