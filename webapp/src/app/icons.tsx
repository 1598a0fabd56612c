import { createSvgIcon } from "@mui/material/utils";

export const MenuIcon = createSvgIcon(<path d="M4 6h16v2H4zm0 5h16v2H4zm0 5h16v2H4z" />, "Menu");
export const PanesIcon = createSvgIcon(
  <path d="M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6c0-1.1.9-2 2-2m0 2v12h6V6zm8 0v12h6V6z" />,
  "Panes",
);
export const LightIcon = createSvgIcon(
  <path d="M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M11 2h2v4h-2zm0 16h2v4h-2zM2 11h4v2H2zm16 0h4v2h-4zM5.6 4.2l2.9 2.9-1.4 1.4-2.9-2.9zm11.3 11.3 2.9 2.9-1.4 1.4-2.9-2.9zm1.5-11.3 1.4 1.4-2.9 2.9-1.4-1.4zM7.1 15.5l1.4 1.4-2.9 2.9-1.4-1.4z" />,
  "Light",
);
export const DarkIcon = createSvgIcon(
  <path d="M20.6 14.6A9 9 0 0 1 9.4 3.4a9 9 0 1 0 11.2 11.2M6.8 7.1a11 11 0 0 0 10.1 10.1A7 7 0 1 1 6.8 7.1" />,
  "Dark",
);
export const SystemIcon = createSvgIcon(
  <path d="M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6v2h3v2H7v-2h3v-2H4a2 2 0 0 1-2-2V6c0-1.1.9-2 2-2m0 2v9h16V6z" />,
  "System",
);
export const HelpIcon = createSvgIcon(
  <path d="M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20m0 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16m-1 12h2v2h-2zm1-10a4 4 0 0 1 4 4c0 2.2-2.2 2.6-2.8 3.7-.2.4-.2.8-.2 1.3h-2c0-.8 0-1.5.4-2.2.8-1.5 2.6-1.7 2.6-2.8a2 2 0 0 0-4 0H8a4 4 0 0 1 4-4" />,
  "Help",
);
export const CloseIcon = createSvgIcon(
  <path d="m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z" />,
  "Close",
);
export const ShareIcon = createSvgIcon(
  <path d="M18 2a3 3 0 1 1-2.1 5.1L9 11.1a3 3 0 0 1 0 1.8l6.9 4a3 3 0 1 1-.9 1.8l-7-4.1a3 3 0 1 1 0-5.2l7-4.1A3 3 0 0 1 18 2" />,
  "Share",
);
export const CopyIcon = createSvgIcon(
  <path d="M8 3h11a2 2 0 0 1 2 2v11h-2V5H8zM5 7h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9c0-1.1.9-2 2-2m0 2v10h9V9z" />,
  "Copy",
);
export const DownloadIcon = createSvgIcon(
  <path d="M11 3h2v9.2l3.3-3.3 1.4 1.4L12 16l-5.7-5.7 1.4-1.4 3.3 3.3zM4 17h2v2h12v-2h2v4H4z" />,
  "Download",
);
