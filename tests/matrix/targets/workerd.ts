import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { type Lab, SECRET } from "../lab.ts";
import type { Target } from "../target.ts";
import { needAll, needNode, needPostgres } from "./missing.ts";

/** The built bundle in workerd; `D1` gives it an empty database as the binding `DB`. */
export function startWorkerd(lab: Lab, env: Readonly<Record<string, string>>) {
  const command = [lab.node!, join(import.meta.dirname, "../hosts/workerd-host.ts")];
  return startHost({ command, cwd: lab.folder(), env: { PLINTH_SECRET: SECRET, ...env } });
}

export const workerdD1: Target = {
  name: "workerd × D1",
  builds: ["workers"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  maxColumns: 100,
  missing: needNode,
  start: (lab, settings) => startWorkerd(lab, { D1: "1", ...settings }),
};

export const workerdPostgres: Target = {
  name: "workerd × postgres",
  builds: ["workers"],
  sockets: true,
  wakes: true,
  files: true,
  images: true,
  missing: needAll(needNode, needPostgres),
  start: async (lab, settings) => startWorkerd(lab, { DATABASE_URL: await lab.database(), ...settings }),
};
