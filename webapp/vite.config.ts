import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const server = process.env["TANDEM_SERVER"] ?? "http://127.0.0.1:8080";

/** Beside each script and style what the server sends instead of it: a sixth less than gzip, which it packs by itself. */
const packed: Plugin = {
  name: "packed",
  apply: "build",
  async writeBundle({ dir = "" }, bundle) {
    const texts = Object.values(bundle).filter(({ fileName }) => /\.(js|css)$/.test(fileName));
    const pack = async (text: (typeof texts)[number]) => {
      const body = text.type === "chunk" ? text.code : text.source;
      await writeFile(join(dir, `${text.fileName}.br`), await promisify(brotliCompress)(body));
    };
    await Promise.all(texts.map(pack));
  },
};

export default defineConfig({
  plugins: [
    react(),
    packed,
    // Keeps the built client on the device (worker/sw.ts); app/keepPage.ts registers it.
    VitePWA({
      strategies: "injectManifest",
      srcDir: "worker",
      filename: "sw.ts",
      injectRegister: false,
      manifest: false,
      injectManifest: {
        rollupFormat: "iife",
        globPatterns: ["index.html", "favicon.svg", "assets/*.{js,css}", "assets/*-latin-wght-*.woff2"],
        globIgnores: [
          "assets/[a-z][a-z][A-Z][A-Z]-*.js", // languages: the one that is used comes by itself
          "assets/docs-*", // the page of the API is for developers, who are online
          "assets/check-*", // the self-test asks for the server: without one it has nothing to say
        ],
        modifyURLPrefix: { "index.html": "/" },
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
      },
    }),
  ],
  // The server puts a fresh nonce in its place in every answer; see its content-security-policy.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    // Nothing as a data: address: the policy allows fonts and images from the server itself only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "baseline-widely-available",
    // Libraries apart: they change rarely, so browsers keep them over most releases. Those of the first paint are one file,
    // the Data Grid and what it needs another; others come with the parts of the page that need them.
    rolldownOptions: {
      input: ["index.html", "check.html", "docs.html"],
      output: {
        codeSplitting: {
          groups: [
            { name: "vendor", test: /node_modules\/(?!swagger-ui)/, tags: ["$initial"], priority: 2 },
            { name: "data-grid", test: /node_modules\/@mui\/x-(?!.*\/locales\/)/, priority: 1 },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/socket.io": { target: server, ws: true },
      "/api": server,
      "/healthz": server,
      "/readyz": server,
    },
  },
});
