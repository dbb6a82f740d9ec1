import { join } from "node:path";
import { adminBuild } from "../../scripts/build/admin.ts";
import { buildTarget } from "../../scripts/build/build-target.ts";
import { TARGETS } from "../../scripts/build/targets.ts";
import type { Lab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { BUN_SERVER } from "../support/bun-server.ts";

/** The three servers: how each is started here, and why it cannot be. */
export function servers(lab: Lab): { name: string; command: readonly string[] | undefined }[] {
  const { node, deno } = lab;
  return [
    { name: "bun", command: BUN_SERVER },
    { name: "node", command: node ? [node, join(ROOT, "dist/node/server.mjs")] : undefined },
    {
      name: "deno",
      command: deno ? [deno, "run", "-A", "--no-prompt", join(ROOT, "dist/deno/server.mjs")] : undefined,
    },
  ];
}

/** Bundles of these targets; `npm test` makes them all before its suites. */
export async function build(...names: string[]): Promise<void> {
  if (process.env.PLINTH_TEST_BUILT) return;
  if (names.includes("admin")) await adminBuild();
  for (const target of TARGETS.filter(({ name }) => names.includes(name))) await buildTarget(target);
}
