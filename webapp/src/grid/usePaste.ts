import type { GridApi } from "@mui/x-data-grid";
import { useEffect, useEffectEvent } from "react";
import type { Api } from "./useCursor.ts";

/**
 * Hands over what is pasted while a cell of the grid has the focus and is not being edited. Heard at the document:
 * where nothing can be written, browsers tell it to whatever holds the last selection, or to the body.
 */
export function usePaste(api: Api, take: (grid: GridApi, text: string) => void): void {
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const grid = api.current;
    const focused = document.activeElement;
    if (grid === null || focused?.matches('[role="gridcell"]') !== true) return;
    if (grid.rootElementRef.current?.contains(focused) !== true) return;
    event.preventDefault();
    take(grid, event.clipboardData?.getData("text/plain") ?? "");
  });
  useEffect(() => {
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, []);
}
