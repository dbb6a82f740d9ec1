import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { SECRET } from "../lab.ts";
import type { Target } from "../target.ts";
import { needAll, needNode, needPostgres } from "./missing.ts";

export const vercelNodePostgres: Target = {
  name: "vercel node × postgres",
  builds: ["vercel-node"],
  missing: needAll(needNode, needPostgres),
  async start(lab) {
    const command = [lab.node!, join(import.meta.dirname, "../hosts/vercel-node-host.ts")];
    const env = { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET };
    return startHost({ command, cwd: lab.folder(), env });
  },
};
