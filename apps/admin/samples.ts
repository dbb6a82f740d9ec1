/** Prints the addresses that the pages name for screenshots and checks of accessibility, as JSON: `[{ page, address }]`. */
import { createServer } from "vite";

const server = await createServer({
  root: import.meta.dirname,
  logLevel: "error",
  server: { middlewareMode: true, hmr: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { PAGES } = (await server.ssrLoadModule("/src/app/page.ts")) as typeof import("./src/app/page.ts");
const samples = PAGES.flatMap(({ path, samples = [] }) =>
  samples.map((sample) => {
    const joined = sample.startsWith("?") ? path + sample : [path, sample].filter((part) => part !== "").join("/");
    return { page: path === "" ? "overview" : path, address: joined };
  }),
);
// biome-ignore lint/suspicious/noConsole: its output is what it is for.
console.log(JSON.stringify(samples));
await server.close();
