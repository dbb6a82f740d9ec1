import { readdirSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, type MiniflareOptions } from "miniflare";

export { Miniflare } from "miniflare";

type V4Options = Parameters<typeof convertV4MiniflareOptions>[0];

/** How the built Worker in `folder` runs in workerd; `more` is what else it is bound to. */
export function workerOptions(folder: string, more: Partial<V4Options>): MiniflareOptions {
  const parts = readdirSync(folder).filter((file) => file !== "worker.js");
  return convertV4MiniflareOptions({
    host: "127.0.0.1",
    modulesRoot: folder,
    // The first one is the Worker; the others load when it imports them.
    modules: ["worker.js", ...parts].map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: join(folder, file),
    })),
    compatibilityDate: "2026-11-17",
    compatibilityFlags: ["nodejs_compat"],
    // As in wrangler.toml: the Worker answers, and reads the files of the admin.
    assets: {
      directory: join(folder, "../admin"),
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
      assetConfig: { html_handling: "none", not_found_handling: "none" },
    },
    ...more,
  } as V4Options);
}

/** What `wrangler.toml` binds beside the database. */
export const WORKER_OBJECTS = {
  WORKSPACES: { className: "Workspace", useSQLite: true },
  BACKGROUND: { className: "Background", useSQLite: true },
};
