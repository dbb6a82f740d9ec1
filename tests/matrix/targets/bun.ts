import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { type Lab, SECRET } from "../lab.ts";
import { ROOT } from "../programs.ts";
import type { Target } from "../target.ts";
import { needPostgres } from "./missing.ts";

/** Bun runs the sources themselves. */
function startBun(lab: Lab, env: Readonly<Record<string, string>> = {}) {
  return startHost({
    command: [process.execPath, join(ROOT, "apps/server/src/entries/bun.ts")],
    cwd: lab.folder(),
    env,
  });
}

export const bunSqlite: Target = {
  name: "bun × sqlite",
  builds: ["admin"],
  sockets: true,
  files: true,
  images: true,
  smtp: true,
  missing: () => undefined,
  start: startBun,
};

export const bunPostgres: Target = {
  name: "bun × postgres",
  builds: ["admin"],
  sockets: true,
  files: true,
  images: true,
  smtp: true,
  missing: needPostgres,
  start: async (lab, settings) =>
    startBun(lab, { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET, ...settings }),
};
