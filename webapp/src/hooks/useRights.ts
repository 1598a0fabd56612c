import { useSyncExternalStore } from "react";
import type { Access } from "../protocol.ts";
import { useClient } from "./client.ts";

const never = (): (() => void) => () => undefined;
const nothing = (): null => null;

/** What the key of this page may; null as long as nobody has said so. */
export function useRights(): Access | null {
  const { rights } = useClient();
  return useSyncExternalStore(rights?.subscribe ?? never, rights?.snapshot ?? nothing);
}

/** Whether edits of this grid may be tried. */
export function useMayEdit(grid: string): boolean {
  const client = useClient();
  useRights();
  return client.mayEdit(grid);
}
