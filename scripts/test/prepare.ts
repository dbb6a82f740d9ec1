// What the jobs of a run share is made once, before them: the bundles, the server, and a folder for what the first one makes.
import { spawnSync } from "node:child_process";
import { compiledServer } from "../bootstrap/compile.mjs";
import { TARGETS } from "../build/targets.ts";
import type { Job } from "./suites.ts";

export async function prepare(root: string, work: string, jobs: readonly Job[]): Promise<void> {
  process.env.PLINTH_TEST_CACHE = work;
  await compiledServer(root, process.execPath);
  if (!jobs.some(({ bundles }) => bundles)) return;
  const { status } = spawnSync(process.execPath, ["scripts/build.ts", ...TARGETS.map(({ name }) => name)], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("The build failed.");
  process.env.PLINTH_TEST_BUILT = "1";
}
