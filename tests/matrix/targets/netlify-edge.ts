import { join } from "node:path";
import { startHost } from "../host-process.ts";
import { SECRET } from "../lab.ts";
import type { Target } from "../target.ts";
import { needAll, needDeno, needPostgres } from "./missing.ts";

/** Netlify's edge functions run in Deno; the small host supplies what Netlify adds to it. */
export const netlifyEdgeNeon: Target = {
  name: "netlify edge × Neon HTTP",
  builds: ["netlify"],
  missing: needAll(needDeno, needPostgres),
  async start(lab, settings) {
    const { url, endpoint } = await lab.neon();
    const host = join(import.meta.dirname, "../hosts/netlify-host.ts");
    const command = [lab.deno!, "run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", host];
    const address = { DATABASE_URL: url.replace(/^postgres:/, "neon:"), NEON_ENDPOINT: endpoint };
    const env = { DENO_NO_UPDATE_CHECK: "1", ...address, PLINTH_SECRET: SECRET, ...settings };
    return startHost({ command, cwd: lab.folder(), env });
  },
};
