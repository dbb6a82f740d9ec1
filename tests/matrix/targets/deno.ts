import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { type Lab, SECRET } from "../lab.ts";
import { ROOT } from "../programs.ts";
import type { Target } from "../target.ts";
import { needAll, needDeno, needPostgres } from "./missing.ts";

/** The permissions that docs/deploy.md tells people to give. */
const PERMISSIONS = ["--allow-net", "--allow-env", "--allow-read", "--allow-write", "--allow-sys"];

export function startDeno(lab: Lab, env: Readonly<Record<string, string>> = {}) {
  const command = [lab.deno!, "run", "--no-prompt", ...PERMISSIONS, join(ROOT, "dist/deno/server.mjs")];
  return startHost({ command, cwd: lab.folder(), env: { DENO_NO_UPDATE_CHECK: "1", ...env } });
}

export const denoSqlite: Target = {
  name: "deno × sqlite",
  builds: ["deno"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  missing: needDeno,
  start: startDeno,
};

export const denoPostgres: Target = {
  name: "deno × postgres",
  builds: ["deno"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  missing: needAll(needDeno, needPostgres),
  start: async (lab, settings) =>
    startDeno(lab, { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET, ...settings }),
};
