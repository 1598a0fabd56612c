import { useSyncExternalStore } from "react";
import type { PageState } from "../query/paneState.ts";
import { Address } from "./address.ts";

/** Outside React, which may mount twice: there is one address. */
const address = new Address(window);

/** What the page shows, as its address has it, and how to change that. The functions stay the same. */
export function useAddress(): Pick<Address, "setPane" | "setPage"> & { readonly state: PageState } {
  const state = useSyncExternalStore(address.subscribe, address.snapshot);
  return { state, setPane: address.setPane, setPage: address.setPage };
}
