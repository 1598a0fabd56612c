import { createSvgIcon } from "@mui/material/utils";

export const AddIcon = createSvgIcon(<path d="M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z" />, "Add");
export const DeleteIcon = createSvgIcon(
  <path d="M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7zm3.5 3v7H11v-7zm3.5 0v7h1.5v-7z" />,
  "Delete",
);
export const AlertIcon = createSvgIcon(<path d="M12 3 1.5 21h21zm-1 7h2v5h-2zm0 6.5h2v2h-2z" />, "Alert");

/** Drawn with lines, for the quiet controls of a pane. */
export const lineIcon = (d: string, name: string) =>
  createSvgIcon(
    <path
      d={d}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
    />,
    name,
  );

export const SearchIcon = lineIcon(
  "M15.5 15.5 20 20M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0",
  "Search",
);
export const FilterIcon = lineIcon("M4 6h16M7 12h10M10 18h4", "Filter");
export const SortIcon = lineIcon("M8 5v14M4.5 8.5 8 5l3.5 3.5M16 19V5M12.5 15.5 16 19l3.5-3.5", "Sort");
export const ColumnsIcon = lineIcon("M4 5h16v14H4zM9.3 5v14M14.6 5v14", "Columns");
export const DensityIcon = lineIcon("M4 5h16M4 9.7h16M4 14.3h16M4 19h16", "Density");
export const CloseIcon = lineIcon("m6.5 6.5 11 11M17.5 6.5l-11 11", "Close");
export const UpIcon = lineIcon("M12 19V5M6 11l6-6 6 6", "Up");
export const DownIcon = lineIcon("M12 5v14M6 13l6 6 6-6", "Down");
export const CheckIcon = lineIcon("m5 12.5 4.5 4.5L19 7.5", "Check");
export const HideIcon = lineIcon(
  "M4 4l16 16M9.9 5.2A9.6 9.6 0 0 1 12 5c5 0 8.3 4 9.5 7a13 13 0 0 1-2.6 3.8M6.3 6.8A13 13 0 0 0 2.5 12c1.2 3 4.5 7 9.5 7 1.6 0 3-.4 4.3-1M10 10a2.9 2.9 0 0 0 4 4",
  "Hide",
);
export const GroupIcon = lineIcon("M8 4H5v16h3M16 4h3v16h-3M9 9h6M9 15h6", "Group");
