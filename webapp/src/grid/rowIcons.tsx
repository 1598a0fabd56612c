import { lineIcon } from "./icons.tsx";

export const OpenIcon = lineIcon("M19 13v6H5V5h6M14 5h5v5M19 5l-8 8", "Open");
export const DuplicateIcon = lineIcon("M9 4h11v11H9zM15 15v5H4V9h5", "Duplicate");
export const RestoreIcon = lineIcon("M5 10h9a5 5 0 0 1 0 10h-5M9 6l-4 4 4 4", "Restore");
/** Two who want the same. */
export const ConflictIcon = lineIcon("M4 9h14M14 5l4 4-4 4M20 15H6M10 11l-4 4 4 4", "Conflict");
