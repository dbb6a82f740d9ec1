import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { type Lab, SECRET } from "../lab.ts";
import { ROOT } from "../programs.ts";
import type { Target } from "../target.ts";
import { needAll, needNode, needPostgres } from "./missing.ts";

export function startNode(lab: Lab, env: Readonly<Record<string, string>> = {}) {
  return startHost({ command: [lab.node!, join(ROOT, "dist/node/server.mjs")], cwd: lab.folder(), env });
}

export const nodeSqlite: Target = {
  name: "node × sqlite",
  builds: ["node"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  trusted: true,
  missing: needNode,
  start: startNode,
};

export const nodePostgres: Target = {
  name: "node × postgres",
  builds: ["node"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  trusted: true,
  missing: needAll(needNode, needPostgres),
  start: async (lab, settings) =>
    startNode(lab, { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET, ...settings }),
};

export const nodePglite: Target = {
  name: "node × pglite",
  builds: ["node"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  smtp: true,
  trusted: true,
  missing: needNode,
  start: (lab, settings) => startNode(lab, { DATABASE_URL: "pglite://", ...settings }),
};
