import { createSvgIcon } from "@mui/material/utils";

export const AddIcon = createSvgIcon(<path d="M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z" />, "Add");
export const DeleteIcon = createSvgIcon(
  <path d="M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7zm3.5 3v7H11v-7zm3.5 0v7h1.5v-7z" />,
  "Delete",
);
export const AlertIcon = createSvgIcon(<path d="M12 3 1.5 21h21zm-1 7h2v5h-2zm0 6.5h2v2h-2z" />, "Alert");
