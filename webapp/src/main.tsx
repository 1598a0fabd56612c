import "@fontsource-variable/inter";
import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider, type Theme } from "@mui/material/styles";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { Boundary } from "./app/Boundary.tsx";
import { keepPage } from "./app/keepPage.ts";
import { readMaxRecords } from "./app/maxRecords.ts";
import { readNonce } from "./app/nonce.ts";
import { GridView } from "./app/Pane.tsx";
import { MODE_KEY, themeIn } from "./app/theme.ts";
import { NonceContext } from "./grid/nonce.ts";
import { ClientContext } from "./hooks/client.ts";
import { connect } from "./sync/connect.ts";
import { isKeyGiven, keepOnRing, takeKey } from "./sync/linkKey.ts";

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");

// Outside React, which may mount twice: one connection, whatever is rendered.
const key = takeKey(new URLSearchParams(location.search).get("left"));
const client = connect({ key, maxRecords: readMaxRecords() });
const { rights } = client;
rights?.subscribe(() => {
  const only = rights.snapshot()?.grid;
  if (key !== null && only != null) keepOnRing(only, key);
});
// Another link in the same tab: what the key before it has brought is not for who holds this one.
addEventListener("hashchange", () => isKeyGiven() && location.reload());
keepPage();

const nonce = readNonce();
const styles = createCache({ key: "tandem", prepend: true, ...(nonce !== undefined && { nonce }) });
const root = createRoot(element);

const show = (theme: Theme) =>
  root.render(
    <StrictMode>
      <CacheProvider value={styles}>
        {/* noSsr: the scheme is known at the first paint already. */}
        <ThemeProvider theme={theme} modeStorageKey={MODE_KEY} noSsr>
          <CssBaseline enableColorScheme />
          <NonceContext value={nonce}>
            <ClientContext value={client}>
              <Boundary part="page">
                <App />
              </Boundary>
            </ClientContext>
          </NonceContext>
        </ThemeProvider>
      </CacheProvider>
    </StrictMode>,
  );

show(themeIn([]));
// After what the first paint needs, and before a pane knows its grid: both come together then.
GridView.fetch().catch(() => undefined); // the pane that wants it says so
if (new Intl.Locale(navigator.language).language !== "en")
  import("./app/locale.ts")
    .then(({ loadLocale }) => loadLocale(navigator.languages))
    .then(
      (locale) => locale.length > 0 && show(themeIn(locale)),
      () => undefined, // the file did not come: English then
    );
