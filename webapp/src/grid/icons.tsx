import { createSvgIcon } from "@mui/material/utils";

export const AddIcon = createSvgIcon(<path d="M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z" />, "Add");
export const DeleteIcon = createSvgIcon(
  <path d="M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7zm3.5 3v7H11v-7zm3.5 0v7h1.5v-7z" />,
  "Delete",
);
export const AlertIcon = createSvgIcon(<path d="M12 3 1.5 21h21zm-1 7h2v5h-2zm0 6.5h2v2h-2z" />, "Alert");
export const CheckIcon = createSvgIcon(
  <path d="m9.5 17.6-5.1-5.1 1.4-1.4 3.7 3.7 8.7-8.7 1.4 1.4z" />,
  "Check",
);
export const CloseIcon = createSvgIcon(
  <path d="m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z" />,
  "Close",
);
