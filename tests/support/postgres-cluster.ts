import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownedBy, runAs } from "./postgres-binaries.ts";

const OPTIONS = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];

/**
 * The files of a new, empty Postgres. In a run of `npm test`, which sets `PLINTH_TEST_CACHE` to a folder of its own,
 * `initdb` runs once, and the others are copies: that takes a tenth of the time.
 */
export async function makeCluster(binaries: string, user: string | undefined, data: string): Promise<void> {
  const cache = process.env.PLINTH_TEST_CACHE;
  if (!cache) return initialize(binaries, user, data);
  const kept = join(cache, `postgres-${createHash("sha256").update(binaries).digest("hex").slice(0, 8)}`);
  if (!existsSync(kept)) await keep(binaries, user, kept);
  execFileSync("cp", ["-a", kept, data]);
}

async function initialize(binaries: string, user: string | undefined, data: string): Promise<void> {
  await runAs(user, join(binaries, "initdb"), ["-D", data, ...OPTIONS], "/");
}

async function keep(binaries: string, user: string | undefined, kept: string): Promise<void> {
  // Not in the cache: the user that Postgres runs as may not look into it.
  const folder = mkdtempSync(join(tmpdir(), "plinth-postgres-"));
  ownedBy(folder, user);
  const data = join(folder, "data");
  await initialize(binaries, user, data);
  try {
    renameSync(data, kept);
  } catch (error) {
    // Another process was faster; its files are as good.
    if (!existsSync(kept)) throw error;
  }
  rmSync(folder, { recursive: true, force: true });
}
