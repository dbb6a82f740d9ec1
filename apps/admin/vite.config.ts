import { lingui } from "@lingui/vite-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server of `npm run dev`: all but the admin itself. */
const SERVER = "http://localhost:8787";

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: "/admin/",
  plugins: [
    react(), // English stays in the code, and so in the part of each page; other languages are catalogs.
    lingui({ macroTransform: { macro: { descriptorFields: "message" } } }),
    tailwindcss(),
  ],
  build: {
    // The gallery shows every part of the kit; tests build it, and no release contains it.
    ...(mode === "gallery"
      ? { outDir: "../../dist/gallery", rolldownOptions: { input: "gallery.html" } }
      : { outDir: "../../dist/admin" }),
    emptyOutDir: true,
    target: "es2022",
    // Small files in the page's policy: nothing is inlined as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "^/(?!admin(/|$))": { target: SERVER, ws: true } } },
}));
