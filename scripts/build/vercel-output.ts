import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminBuild, filesBelow, hashedFiles } from "./admin.ts";
import { HASHED_HEADERS } from "./hashed-headers.ts";
import { ROOT } from "./root.ts";
import { writeFolder } from "./write-folder.ts";

const FUNCTIONS = {
  "vercel-node": {
    runtime: "nodejs24.x",
    handler: "index.mjs",
    launcherType: "Nodejs",
    shouldAddHelpers: false,
    supportsResponseStreaming: true,
  },
  "vercel-edge": { runtime: "edge", entrypoint: "index.js" },
};

/**
 * Writes a bundle in the form of Vercel's Build Output API: one function that answers every path, but for the admin's
 * files with a hash in their names, which an edge function does not have.
 */
export async function writeVercelOutput(target: string): Promise<void> {
  const settings = FUNCTIONS[target as keyof typeof FUNCTIONS];
  if (!settings) throw new Error(`--vercel-output goes with vercel-node or vercel-edge, not ${target}`);
  const output = join(ROOT, ".vercel/output");
  const folder = join(output, "functions/plinth.func");
  rmSync(output, { recursive: true, force: true });
  mkdirSync(join(output, "static/admin"), { recursive: true });
  cpSync(join(ROOT, "dist", target), folder, { recursive: true });
  writeJson(join(folder, ".vc-config.json"), settings);
  writeJson(join(folder, "package.json"), { type: "module" });
  writeFolder(join(output, "static/admin"), filesBelow(".vercel/output/static/admin", hashedFiles(await adminBuild())));
  const routes = [
    { src: "/admin/assets/(.*)", headers: HASHED_HEADERS, continue: true },
    { handle: "filesystem" },
    { src: "/(.*)", dest: "/plinth" },
  ];
  writeJson(join(output, "config.json"), { version: 3, routes });
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
