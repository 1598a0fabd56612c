import { lineIcon } from "./icons.tsx";

export const OPEN_PATH = "M19 13v6H5V5h6M14 5h5v5M19 5l-8 8";
export const OpenIcon = lineIcon(OPEN_PATH, "Open");
export const DuplicateIcon = lineIcon("M9 4h11v11H9zM15 15v5H4V9h5", "Duplicate");
export const RestoreIcon = lineIcon("M5 10h9a5 5 0 0 1 0 10h-5M9 6l-4 4 4 4", "Restore");
/** Two who want the same. */
export const ConflictIcon = lineIcon("M4 9h14M14 5l4 4-4 4M20 15H6M10 11l-4 4 4 4", "Conflict");
/** A clock that is turned back. */
export const HistoryIcon = lineIcon("M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2", "History");
export const EditIcon = lineIcon("M5 19l1-4L15.5 5.5l3 3L9 18z", "Edit");
