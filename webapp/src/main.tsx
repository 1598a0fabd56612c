import "@fontsource-variable/inter";
import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { Boundary } from "./app/Boundary.tsx";
import { NonceContext } from "./grid/nonce.ts";
import { ClientContext } from "./hooks/client.ts";
import { readMaxRecords } from "./app/maxRecords.ts";
import { readNonce } from "./app/nonce.ts";
import { createClient } from "./sync/client.ts";
import { theme } from "./app/theme.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

// Outside React, which may mount twice: one connection, whatever is rendered.
const client = createClient({ maxRecords: readMaxRecords() });
client.connection.start();
void client.resume();

const nonce = readNonce();
const styles = createCache({ key: "tandem", prepend: true, ...(nonce !== undefined && { nonce }) });

createRoot(root).render(
  <StrictMode>
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme}>
        <CssBaseline />
        <NonceContext value={nonce}>
          <ClientContext value={client}>
            <Boundary>
              <App />
            </Boundary>
          </ClientContext>
        </NonceContext>
      </ThemeProvider>
    </CacheProvider>
  </StrictMode>,
);
