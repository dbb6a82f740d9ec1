/** Runs the Worker in workerd with a D1 database that stays in `D1_FOLDER`. Node 24 executes this file. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const { PATH: _path, HOME: _home, TMPDIR: _tmp, D1_FOLDER, WORKER_FOLDER, PORT, ...bindings } = process.env;
const folder = WORKER_FOLDER!;
const parts = readdirSync(folder).filter((file) => file !== "worker.js");

const host = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: Number(PORT),
    modulesRoot: folder,
    modules: ["worker.js", ...parts].map((file) => ({ type: "ESModule", path: join(folder, file) })),
    compatibilityDate: "2026-11-17",
    compatibilityFlags: ["nodejs_compat"],
    bindings: bindings as Record<string, string>,
    d1Databases: ["DB"],
    resourcePersistencePath: D1_FOLDER!,
  }),
);
await host.ready;

process.on("SIGTERM", () => void host.dispose().then(() => process.exit(0)));
