import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build-target.ts";

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

/** Writes a bundle in the form of Vercel's Build Output API: one function that answers every path. */
export function writeVercelOutput(target: string): void {
  const settings = FUNCTIONS[target as keyof typeof FUNCTIONS];
  if (!settings) throw new Error(`--vercel-output goes with vercel-node or vercel-edge, not ${target}`);
  const output = join(ROOT, ".vercel/output");
  const folder = join(output, "functions/plinth.func");
  rmSync(output, { recursive: true, force: true });
  mkdirSync(join(output, "static"), { recursive: true });
  cpSync(join(ROOT, "dist", target), folder, { recursive: true });
  writeJson(join(folder, ".vc-config.json"), settings);
  writeJson(join(folder, "package.json"), { type: "module" });
  writeJson(join(output, "config.json"), { version: 3, routes: [{ src: "/(.*)", dest: "/plinth" }] });
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
