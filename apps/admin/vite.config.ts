import { lingui } from "@lingui/vite-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type UserConfig } from "vite";
import { withFewFiles } from "./first-load.ts";

export default defineConfig(async ({ command, mode }) => {
  const release = command === "build" && mode !== "gallery";
  return release ? { ...(await withFewFiles(code())), plugins: [code().plugins, tailwindcss()] } : settings(mode);
});

/** All but the styles. */
const code = (): UserConfig => ({
  root: import.meta.dirname,
  base: "/admin/",
  plugins: [
    react(),
    // English stays in the code, and so in the part of each page; other languages are catalogs.
    lingui({ macroTransform: { macro: { descriptorFields: "message" } } }),
  ],
  build: {
    outDir: "../../dist/admin",
    emptyOutDir: true,
    target: "es2022",
    // Small files in the page's policy: nothing is inlined as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

/** For development, and for the gallery, which shows every part of the kit: tests build it, and no release contains it. */
function settings(mode: string): UserConfig {
  const { plugins, build, ...rest } = code();
  const { PLINTH_SERVER: target = "http://localhost:8787" } = loadEnv(mode, import.meta.dirname, "PLINTH_");
  return {
    ...rest,
    plugins: [plugins, tailwindcss()],
    build:
      mode === "gallery"
        ? { ...build, outDir: "../../dist/gallery", rolldownOptions: { input: "gallery.html" } }
        : build,
    // Vite itself leads from / to the admin.
    server: { proxy: { "^/(?!$|\\?|admin(?:/|\\?|$))": { target, ws: true } } },
  };
}
