import { createContext } from "react";

/** The nonce of the page's content-security-policy: the Data Grid writes a style element of its own. */
export const NonceContext = createContext<string | undefined>(undefined);
