import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { SECRET } from "../lab.ts";
import type { Target } from "../target.ts";
import { needAll, needNode, needPostgres } from "./missing.ts";

/** A vendor's functions on Node, over Postgres: `program` calls the built one as the vendor would. */
export function nodeFunction(name: string, build: Target["builds"][number], program: string): Target {
  return {
    name: `${name} × postgres`,
    builds: [build],
    smtp: true,
    missing: needAll(needNode, needPostgres),
    async start(lab, settings) {
      const command = [lab.node!, join(import.meta.dirname, "../hosts", program)];
      const env = { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET, ...settings };
      return startHost({ command, cwd: lab.folder(), env });
    },
  };
}
