import { createContext, useContext } from "react";
import type { Client } from "../sync/client.ts";

export const ClientContext = createContext<Client | null>(null);

/** The page's one client, made outside React: StrictMode mounts twice, a socket must not. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("useClient needs a ClientContext above it");
  return client;
}
