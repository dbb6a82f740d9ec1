import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { SECRET } from "../lab.ts";
import type { Target } from "../target.ts";
import { needAll, needNode, needPostgres } from "./missing.ts";

export const lambdaPostgres: Target = {
  name: "lambda × postgres",
  builds: ["lambda"],
  missing: needAll(needNode, needPostgres),
  async start(lab) {
    const command = [lab.node!, join(import.meta.dirname, "../hosts/lambda-host.ts")];
    const env = { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET };
    return startHost({ command, cwd: lab.folder(), env });
  },
};
