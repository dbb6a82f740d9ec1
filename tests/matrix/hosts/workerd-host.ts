/** Runs the built Worker in workerd by way of miniflare. Node 24 executes this file. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const { PATH: _path, HOME: _home, TMPDIR: _tmp, D1, NO_OBJECTS, PORT, ...bindings } = process.env;
const folder = join(import.meta.dirname, "../../../dist/workers");

const parts = readdirSync(folder).filter((file) => file !== "worker.js");

const host = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: Number(PORT),
    modulesRoot: folder,
    // The first one is the Worker; the others load when it imports them.
    modules: ["worker.js", ...parts].map((file) => ({ type: "ESModule", path: join(folder, file) })),
    compatibilityDate: "2026-11-17",
    compatibilityFlags: ["nodejs_compat"],
    bindings: bindings as Record<string, string>,
    ...(D1 && { d1Databases: ["DB"] }),
    ...(!NO_OBJECTS && { durableObjects: { WORKSPACES: { className: "Workspace", useSQLite: true } } }),
  }),
);
await host.ready;

process.on("SIGTERM", () => void host.dispose().then(() => process.exit(0)));
