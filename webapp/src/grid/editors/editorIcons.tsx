import { createSvgIcon } from "@mui/material/utils";

export const CalendarIcon = createSvgIcon(
  <path d="M7 2h2v2h6V2h2v2h4v17H3V4h4zM5 10v9h14v-9zm0-4v2h14V6zm2 6h3v3H7z" />,
  "Calendar",
);
export const CheckIcon = createSvgIcon(<path d="m9.5 18.5-6-6L5 11l4.5 4.500L19 6l1.5 1.500z" />, "Check");
export const CloseIcon = createSvgIcon(
  <path d="M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.600z" />,
  "Close",
);
export const UpIcon = createSvgIcon(<path d="m12 8-6 6 1.4 1.4 4.6-4.6 4.6 4.600L18 14z" />, "Up");
export const DownIcon = createSvgIcon(<path d="m12 16 6-6-1.4-1.4-4.6 4.6-4.6-4.600L6 10z" />, "Down");
export const LinkIcon = createSvgIcon(
  <path d="M10.5 13.500a1 1 0 0 1-1.4-1.400l3-3a1 1 0 0 1 1.4 1.400zM8 11l-3 3a3.5 3.5 0 0 0 5 5l3-3-1.4-1.4-3 3a1.5 1.5 0 0 1-2.2-2.200l3-3zm8 2 3-3a3.5 3.5 0 0 0-5-5l-3 3 1.4 1.4 3-3a1.5 1.5 0 0 1 2.2 2.200l-3 3z" />,
  "Link",
);
export const CopyIcon = createSvgIcon(
  <path d="M8 3h12v13h-3v5H4V8h4zm2 2v3h7v6h1V5zm-4 5v9h9v-9z" />,
  "Copy",
);
