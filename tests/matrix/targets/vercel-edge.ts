import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { SECRET } from "../lab.ts";
import type { Target } from "../target.ts";
import { needAll, needNode, needPostgres } from "./missing.ts";

export const vercelEdgeNeon: Target = {
  name: "vercel edge × Neon HTTP",
  builds: ["vercel-edge"],
  missing: needAll(needNode, needPostgres),
  async start(lab, settings) {
    // The address as Neon's integration gives it: on this host it means HTTP.
    const { url, endpoint } = await lab.neon();
    const command = [lab.node!, join(import.meta.dirname, "../hosts/edge-host.ts")];
    const env = { DATABASE_URL: url, NEON_ENDPOINT: endpoint, PLINTH_SECRET: SECRET, ...settings };
    return startHost({ command, cwd: lab.folder(), env });
  },
};
