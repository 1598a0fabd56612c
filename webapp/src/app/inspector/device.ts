import { useEffect, useState } from "react";
import { webLocks } from "../../sync/locks.ts";
import { isPageKept } from "../keepPage.ts";

/** What this browser gives the page, which is less on plain HTTP, or where its user has said so. */
export interface Device {
  readonly secure: boolean;
  readonly locks: boolean;
  readonly page: boolean;
  /** bytes; null: it does not say */
  readonly space: { readonly used: number; readonly all: number } | null;
}

const look = (): Omit<Device, "space"> => ({
  secure: isSecureContext,
  locks: webLocks() !== undefined,
  page: isPageKept(),
});

async function spaceOf(storage: StorageManager | undefined): Promise<Device["space"]> {
  const { usage, quota } = (await storage?.estimate()) ?? {};
  return usage === undefined || quota === undefined ? null : { used: usage, all: quota };
}

export function useDevice(): Device {
  const [space, setSpace] = useState<Device["space"]>(null);
  useEffect(() => {
    // On plain HTTP there is none, whatever its type says.
    spaceOf(navigator.storage as StorageManager | undefined).then(setSpace, () => undefined);
  }, []);
  return { ...look(), space };
}
