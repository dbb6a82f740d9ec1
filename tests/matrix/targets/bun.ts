import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { type Lab, SECRET } from "../lab.ts";
import { ROOT } from "../programs.ts";
import type { Target } from "../target.ts";
import { needPostgres } from "./missing.ts";

/** The program that `npm start` compiles and runs: some mistakes are made by compiling alone. */
async function startCompiled(lab: Lab, env: Readonly<Record<string, string>> = {}) {
  const { BUN_SERVER } = await import("../../support/bun-server.ts");
  if (BUN_SERVER.length > 1) throw new Error("the server could not be compiled; what it said stands above");
  return startHost({ command: BUN_SERVER, cwd: lab.folder(), env });
}

/** Bun runs the sources themselves. */
function startSources(lab: Lab, env: Readonly<Record<string, string>>) {
  const command = [process.execPath, join(ROOT, "apps/server/src/entries/bun.ts")];
  return startHost({ command, cwd: lab.folder(), env });
}

export const bunSqlite: Target = {
  name: "bun × sqlite",
  // The admin is built beside the program.
  builds: [],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  trusted: true,
  missing: () => undefined,
  start: startCompiled,
};

export const bunPostgres: Target = {
  name: "bun × postgres",
  builds: ["admin"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  trusted: true,
  missing: needPostgres,
  start: async (lab, settings) =>
    startSources(lab, { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET, ...settings }),
};
